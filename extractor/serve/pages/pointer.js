// JSON pointers (RFC 6901) into a posting.

/** The keys of a pointer: "/a/0/b" is ["a", "0", "b"]; the whole is []. */
export function toKeys(pointer) {
  if (pointer === "") return [];
  const keys = pointer.replace(/^\//, "").split("/");
  return keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value at a pointer, undefined where there is none. */
export function valueAt(root, pointer) {
  let node = root;
  for (const key of toKeys(pointer)) {
    if (node === null || typeof node !== "object" || !Object.hasOwn(node, key)) return undefined;
    node = node[key];
  }
  return node;
}

/** Put a value at a pointer, making the objects and lists on the way; a list where the next key is a number. */
export function putAt(root, pointer, value) {
  const keys = toKeys(pointer);
  const last = keys.pop();
  if (last === undefined || [...keys, last].includes("__proto__")) return;
  let node = root;
  keys.forEach((key, i) => {
    if (node[key] === null || typeof node[key] !== "object") {
      node[key] = /^\d+$/.test(keys[i + 1] ?? last) ? [] : {};
    }
    node = node[key];
  });
  node[last] = value;
}

/** Whether `pointer` is `above` or lies in it. */
export function isWithin(pointer, above) {
  return pointer === above || pointer.startsWith(`${above}/`);
}

/** Whether a value says nothing: null, "", an empty list, or an object of such. */
export function isAbsent(value) {
  if (value === null || value === undefined || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.values(value).every(isAbsent);
}
