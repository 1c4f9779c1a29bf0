// A button on each example that copies it.

for (const example of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = example.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(example.textContent);
    button.textContent = example.dataset.copied;
  });
  // Only pages that are served securely, or by this machine, may write to the clipboard.
  if (!navigator.clipboard) continue;
  const frame = document.createElement("div");
  frame.className = "copyable";
  example.replaceWith(frame);
  frame.append(example, button);
}
