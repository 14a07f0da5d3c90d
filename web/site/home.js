// The one thing on the home page that needs a script: the button that copies the example. It is shown only where it
// can work (browsers give the clipboard to secure pages and to this machine's own).
const button = document.getElementById('copy');
const said = document.getElementById('copied');

if (navigator.clipboard) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById('example').textContent);
      said.textContent = 'Copied.';
    } catch {
      said.textContent = 'The browser did not allow it; select the line and copy it.';
    }
  });
}
