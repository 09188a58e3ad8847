// Copies the trials; a page opened from a disk may have no clipboard but that of its own selection.
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

const button = document.getElementById("copy");

button?.addEventListener("click", async () => {
  const text = JSON.parse(document.getElementById(button.dataset.from).textContent);
  const lines = text.trimEnd().split("\r\n").length;
  document.getElementById("copied").value = (await copied(text))
    ? `✓ Copied ${lines} lines` : "This browser lets no page copy; results.csv has the same.";
  button.focus();
});
