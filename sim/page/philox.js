// Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011): four random words for a counter of four words
// under a key of two. The one function of the chain that is written by hand, because a product of
// two 32-bit words does not fit a number here; it replaces draws.philox and gives the same words.

// The upper 32 bits of a product of two words, from products of their halves.
function upper(a, b) {
  const a0 = a & 0xffff,
    a1 = a >>> 16,
    b0 = b & 0xffff,
    b1 = b >>> 16;
  const first = a1 * b0 + ((a0 * b0) >>> 16);
  const second = a0 * b1 + (first & 0xffff);
  return (a1 * b1 + (first >>> 16) + (second >>> 16)) | 0;
}

draws.philox = function (c0, c1, c2, c3, k0, k1) {
  for (let round = 0; round < 10; round++) {
    const evenUpper = upper(0xd2511f53, c0),
      evenLower = Math.imul(0xd2511f53, c0);
    const oddUpper = upper(0xcd9e8d57, c2),
      oddLower = Math.imul(0xcd9e8d57, c2);
    c0 = oddUpper ^ c1 ^ k0;
    c1 = oddLower;
    c2 = evenUpper ^ c3 ^ k1;
    c3 = evenLower;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
};
