// The page: five views of one experiment, and the way between them.

function start() {
  Object.assign(state, restore());
  const rootOf = (name) => document.getElementById(name);
  const parts = [controls(rootOf("experiment")), navigation()];
  // A view is made when it is first seen, so that the page opens at once.
  const makers = {
    chain: chainView,
    session: sessionView,
    twin: twinView,
    population: populationView,
    lessons: lessonsView,
  };
  const made = {};
  const follow = (before) => {
    for (const part of parts) part(before);
    const { view } = state;
    if (made[view]) made[view](before);
    else {
      made[view] = makers[view](rootOf(view));
      if (view !== "chain") made[view](null);
    }
    if (before && made[before.view] && before.view !== view) made[before.view](before);
  };
  onChange(follow);
  addEventListener("hashchange", () => change(restore(), { remember: false }));
  follow(null);
  document.documentElement.dataset.ready = "true";
}

function navigation() {
  const links = [...document.querySelectorAll("nav a")];
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      change({ view: link.dataset.view });
      document.querySelector(`#${state.view} h2`).focus({ preventScroll: true });
    });
  }
  return () => {
    for (const link of links) {
      const here = link.dataset.view === state.view;
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      document.getElementById(link.dataset.view).hidden = !here;
      link.href = `#${link.dataset.view}`;
    }
    document.getElementById("experiment").hidden = state.view === "lessons";
  };
}

start();
