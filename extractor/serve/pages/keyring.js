// Ask for the service's API key, once a request was refused for want of one.

import { find } from "./dom.js";
import { apiKey } from "./service.js";

/** Show the dialog; true where a key was given. */
export function askForKey() {
  const dialog = find("#key-dialog");
  const input = find("#key");
  apiKey.forget();
  input.value = "";
  dialog.returnValue = "";
  find("#key-cancel").onclick = () => dialog.close();
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const given = dialog.returnValue === "use" && input.value.trim() !== "";
        if (given) apiKey.set(input.value.trim());
        input.value = "";
        resolve(given);
      },
      { once: true },
    );
  });
}
