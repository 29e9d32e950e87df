// Evidence counts Unicode code points, JavaScript counts UTF-16 units: the way from one to the other.

export class Offsets {
  constructor(text) {
    this.length = text.length;
    this.units = null; // where each code point begins; null where both counts are the same
    if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) return;
    const units = [];
    for (let unit = 0; unit < text.length; unit += text.codePointAt(unit) > 0xffff ? 2 : 1) units.push(unit);
    this.units = Uint32Array.from([...units, text.length]);
  }

  /** The UTF-16 index of a code point; beyond the end, the end. */
  toUnit(point) {
    if (this.units === null) return Math.min(point, this.length);
    return this.units[Math.min(point, this.units.length - 1)];
  }

  /** The code point that begins at, or holds, a UTF-16 index. */
  toPoint(unit) {
    if (this.units === null) return Math.min(unit, this.length);
    let low = 0;
    let high = this.units.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.units[middle] <= unit) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
