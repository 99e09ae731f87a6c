// Starts the page, or says why it cannot.
import init from './web.js';
init({ module_or_path: './web_bg.wasm' }).catch((why) => {
  const told = document.createElement('p');
  told.setAttribute('role', 'alert');
  told.textContent =
    'The playground could not start. It needs a browser of April 2023 or later, ' +
    `and its file web_bg.wasm beside the page. The browser says: ${why.message}`;
  document.body.append(told);
});
