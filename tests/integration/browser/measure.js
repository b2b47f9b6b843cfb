// Run in a report's page; leaves what a reader would stumble over in the page itself, as JSON.
const found = { wide: [], outside: [], overlapping: [], asked: [], texts: 0 };
const name = (node) => `${node.tagName}: ${node.textContent.trim().slice(0, 40)}`;
const room = document.documentElement.clientWidth;
// What stands in a table may be wider than the screen: the table then scrolls by itself.
for (const node of document.querySelectorAll("body *:not(svg *, table *)")) {
  if (node.getBoundingClientRect().right > room + 1) found.wide.push(name(node));
}
if (document.documentElement.scrollWidth > room) found.wide.push("the page");
for (const svg of document.querySelectorAll("svg")) {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].filter(
    (text) => text.textContent.trim() && text.getAttribute("opacity") !== "0", // a label left out for want of room
  );
  const boxes = texts.map((text) => text.getBoundingClientRect());
  found.texts += texts.length;
  boxes.forEach((box, i) => {
    if (box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2)
      found.outside.push(name(texts[i]));
    boxes.slice(i + 1).forEach((other, j) => {
      const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
      const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
      // Letters do not fill the height of their line: lines may share a fifth of it.
      const shared = Math.min(box.height, other.height) / 5;
      if (across > 1 && down > shared) found.overlapping.push(`${name(texts[i])} | ${name(texts[i + 1 + j])}`);
    });
  });
}
for (const node of document.querySelectorAll("[src], link[href], image[href], use[href]")) {
  const from = node.getAttribute("src") ?? node.getAttribute("href");
  if (!from.startsWith("data:") && !from.startsWith("#")) found.asked.push(from);
}
document.body.dataset.found = JSON.stringify(found);
