// Copies a text; a page opened from a disk may have no clipboard but that of its own selection.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

for (const data of document.querySelectorAll("script[data-copy]")) {
  const button = document.getElementById(`copy-${data.dataset.copy}`);
  button.addEventListener("click", async () => {
    const text = JSON.parse(data.textContent);
    const lines = text.trimEnd().split("\n").length;
    document.getElementById(`copied-${data.dataset.copy}`).value = (await copied(text))
      ? `✓ Copied${lines > 1 ? ` ${lines} lines` : ""}`
      : `This browser lets no page copy; ${button.dataset.instead}.`;
    button.focus();
  });
}
