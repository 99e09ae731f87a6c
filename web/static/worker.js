// The same program as the page's: it knows that it is in a worker.
import('./web.js').then((it) => it.default({ module_or_path: new URL('web_bg.wasm', self.location.href) }));
