// Places in texts. The service counts Unicode code points, JavaScript's strings UTF-16 units: an emoji is one and two.

/** A text cut at ranges in code points, in order: `[{text, range}]`; `range` is null for what lies outside of them. */
export function cutAt(text, ranges) {
  const parts = [];
  let unit = 0, point = 0;
  const upTo = end => {
    const start = unit;
    for (; point < end && unit < text.length; point++) unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
    return text.slice(start, unit);
  };
  for (const range of ranges.toSorted((one, other) => one.start - other.start)) {
    if (range.start < point) continue; // the same sentence a second time
    parts.push({ text: upTo(range.start), range: null }, { text: upTo(range.end), range });
  }
  parts.push({ text: text.slice(unit), range: null });
  return parts.filter(part => part.text);
}

/** A text cut at its markers: strings, and numbers for those `[n]` that are among `known`. */
export function cutAtMarkers(text, known) {
  return text.split(/(\[\d+\])/).filter(Boolean).map(part => {
    const number = /^\[\d+\]$/.test(part) ? Number(part.slice(1, -1)) : 0;
    return known.has(number) ? number : part;
  });
}
