// What people bring: pasted text, or a file of text, HTML or PDF.

const TYPES = { pdf: "application/pdf", html: "text/html", htm: "text/html", xhtml: "text/html" };
export const MOST_BYTES = 10_000_000;

/** A file's type by its name, else by what the browser says of it, else text. */
export function typeOf(file) {
  const suffix = file.name.toLowerCase().split(".").pop();
  if (TYPES[suffix]) return TYPES[suffix];
  return Object.values(TYPES).includes(file.type) ? file.type : "text/plain";
}

/** Take the first file that is dropped on an element; it is marked while one hangs over it. */
export function takeDrops(target, take) {
  const holdsFile = (event) => event.dataTransfer?.types.includes("Files");
  target.addEventListener("dragover", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    target.classList.add("is-over");
  });
  target.addEventListener("dragleave", (event) => {
    if (!target.contains(event.relatedTarget)) target.classList.remove("is-over");
  });
  target.addEventListener("drop", (event) => {
    target.classList.remove("is-over");
    if (!holdsFile(event)) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}
