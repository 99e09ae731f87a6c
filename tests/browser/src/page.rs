//! The playground in a headless Chromium.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

use crate::server;

/// Longer than this nothing takes, on a machine that has other work.
const PATIENCE: Duration = Duration::from_secs(90);

/// The driver is started so often at most.
const TRIES: usize = 5;

/// How the page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Pixels of the window.
    pub size: (u32, u32),
    /// Whether people want it dark.
    pub dark: bool,
    /// Whether people want little to move.
    pub still: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { size: (1440, 900), dark: false, still: false }
    }
}

/// A page in a browser.
#[derive(Debug)]
pub struct Page {
    client: Client,
    /// Where the site is.
    pub site: String,
}

/// The driver, ended when it is no longer needed.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // Whether it still ran or not, it does not any more.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Opens the playground at a link, lets `look` look at it, and closes it again.
///
/// # Errors
///
/// If there is no browser or no site, if `look` finds something wrong, or the page complains on its
/// console.
pub async fn visit(
    link: &str,
    how: Look,
    look: impl AsyncFnOnce(&Page) -> Result<()>,
) -> Result<()> {
    let site = server::serve(dist()?)?;
    let (driver, port) = start_driver()?;
    let client = connect(port, how).await?;
    let page = Page { client, site };
    let seen = page.seen(link, how, look).await;
    // The browser is closed whatever was seen.
    let closed = page.client.clone().close().await;
    drop(driver);
    seen?;
    closed.context("the browser did not close")
}

fn dist() -> Result<PathBuf> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist");
    ensure!(dist.join("index.html").exists(), "the site is not built: run `cargo xtask web`");
    Ok(dist)
}

/// Where pictures are kept.
fn pictures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/browser")
}

/// Starts the driver, and again where the port that it has chosen was taken by somebody before it.
fn start_driver() -> Result<(Driver, u16)> {
    let started = (0..TRIES).map(|_| try_to_start()).find_map(Result::transpose);
    started.context("chromedriver did not say where it listens")?
}

/// The driver and where it listens; `None` where it has ended at once.
fn try_to_start() -> Result<Option<(Driver, u16)>> {
    let child = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn();
    let mut child = child.context("could not start `chromedriver`")?;
    let lines = BufReader::new(child.stdout.take().context("it has an output")?).lines();
    let driver = Driver(child);
    for line in lines {
        let line = line?;
        let port = line.strip_suffix('.').and_then(|it| it.rsplit_once("on port "));
        if let Some((_, port)) = port {
            return Ok(Some((driver, port.trim().parse()?)));
        }
    }
    Ok(None)
}

async fn connect(port: u16, how: Look) -> Result<Client> {
    let mut arguments = vec![
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--hide-scrollbars".to_owned(),
        format!("--window-size={},{}", how.size.0.max(500), how.size.1),
    ];
    if how.still {
        arguments.push("--force-prefers-reduced-motion".to_owned());
    }
    if how.dark {
        arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
    }
    let mut options = json!({ "args": arguments });
    // A window is never as narrow as a phone: that has to be pretended.
    if how.size.0 < 500 {
        let metrics =
            json!({ "width": how.size.0, "height": how.size.1, "pixelRatio": 2.0, "touch": true });
        options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
    }
    let wanted = json!({
        "timeouts": { "script": PATIENCE.as_millis() as u64 },
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    let Value::Object(wanted) = wanted else { bail!("capabilities are an object") };
    let client = ClientBuilder::new(hyper_connector())
        .capabilities(wanted)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await;
    client.context("could not start Chromium")
}

fn hyper_connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}

impl Page {
    async fn seen(
        &self,
        link: &str,
        how: Look,
        look: impl AsyncFnOnce(&Self) -> Result<()>,
    ) -> Result<()> {
        self.open(link).await?;
        let dark = self.js("return matchMedia('(prefers-color-scheme: dark)').matches").await?;
        ensure!(dark == json!(how.dark), "the browser shows dark: {dark}");
        let seen = look(self).await;
        if seen.is_err() {
            // What the page looked like then is the best clue.
            let _ = self.picture("failed").await;
        }
        seen?;
        let wrong = self.js("return window.__wrong || []").await?;
        ensure!(wrong == json!([]), "the page complains: {wrong}");
        Ok(())
    }

    /// Opens the site at a link; `__first` will be when there were charts, ms after it was asked for.
    ///
    /// # Errors
    ///
    /// If it does not come.
    pub async fn open(&self, link: &str) -> Result<()> {
        self.client.goto("about:blank").await?;
        self.client.goto(&format!("{}{link}", self.site)).await?;
        self.js("window.__wrong = []; \
             addEventListener('error', it => __wrong.push(String(it.message))); \
             addEventListener('unhandledrejection', it => __wrong.push(String(it.reason))); \
             window.__first = null; \
             const look = () => { if (__first === null && document.querySelector('.draw svg path')) __first = performance.now() }; \
             new MutationObserver(look).observe(document, { subtree: true, childList: true }); \
             look();")
            .await?;
        self.until("document.querySelector('header') !== null", "the page is there").await
    }

    /// What a script returns.
    ///
    /// # Errors
    ///
    /// If it throws.
    pub async fn js(&self, script: &str) -> Result<Value> {
        let value = self.client.execute(script, Vec::new()).await;
        value.with_context(|| format!("script: {script}"))
    }

    /// What the promise that a script returns comes to.
    ///
    /// # Errors
    ///
    /// If it throws, or takes too long.
    pub async fn later(&self, script: &str) -> Result<Value> {
        let wrapped = format!(
            "const done = arguments[arguments.length - 1]; \
             (async () => {{ {script} }})().then(done, it => done({{ thrown: String(it) }}));"
        );
        let value = self.client.execute_async(&wrapped, Vec::new()).await;
        let value = value.with_context(|| format!("script: {script:.300}"))?;
        ensure!(value.get("thrown").is_none(), "{value}: {script:.300}");
        Ok(value)
    }

    /// What a script returns, as text.
    ///
    /// # Errors
    ///
    /// If it throws, or returns something else.
    pub async fn text(&self, script: &str) -> Result<String> {
        let value = self.js(&format!("return String({script})")).await?;
        Ok(value.as_str().context("it is text")?.to_owned())
    }

    /// What a script returns, as a number.
    ///
    /// # Errors
    ///
    /// If it throws, or returns something else.
    pub async fn number(&self, script: &str) -> Result<f64> {
        let value = self.js(&format!("return Number({script})")).await?;
        value.as_f64().with_context(|| format!("{script} is no number: {value}"))
    }

    /// Waits until something is true.
    ///
    /// # Errors
    ///
    /// If it never is.
    pub async fn until(&self, condition: &str, what: &str) -> Result<()> {
        let begun = Instant::now();
        while self.js(&format!("return !!({condition})")).await? != json!(true) {
            ensure!(begun.elapsed() < PATIENCE, "never: {what} ({condition})");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        Ok(())
    }

    /// Opens a scenario from the gallery.
    ///
    /// # Errors
    ///
    /// If it is not there.
    pub async fn open_scenario(&self, path: &str) -> Result<()> {
        self.js("document.querySelector('.gal').click()").await?;
        let card = format!(".card[data-path=\"{path}\"]");
        self.until(&format!("document.querySelector('{card}')"), path).await?;
        // What is shown from here on is of what is opened.
        self.js(&format!("document.querySelector('#hash').dataset.hash = ''; document.querySelector('{card}').click()")).await?;
        self.until("!document.querySelector('dialog[open]')", "the gallery is closed").await
    }

    /// Opens a scenario of the gallery by a link, to be run once.
    ///
    /// # Errors
    ///
    /// If its address cannot be made.
    pub async fn open_once(&self, path: &str) -> Result<()> {
        self.later(&format!(
            "const state = JSON.stringify({{ from: '{path}', runs: 1 }}); \
             const stream = new Blob([state]).stream().pipeThrough(new CompressionStream('deflate')); \
             const packed = new Uint8Array(await new Response(stream).arrayBuffer()); \
             const text = btoa(String.fromCharCode(...packed)); \
             document.querySelector('#hash').dataset.hash = ''; \
             location.hash = '#1:' + text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')"
        ))
        .await?;
        Ok(())
    }

    /// Waits until all is run, and tells the report's hash.
    ///
    /// # Errors
    ///
    /// If it never ends.
    pub async fn run_to_the_end(&self) -> Result<String> {
        self.until(
            "document.querySelector('#progress')?.dataset.state === 'done' && document.querySelector('#hash')?.dataset.hash",
            "the run has ended",
        )
        .await?;
        self.text("document.querySelector('#hash').dataset.hash").await
    }

    /// Clicks on what a selector finds first.
    ///
    /// # Errors
    ///
    /// If there is no such thing, or it cannot be clicked.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let element = self.client.find(Locator::Css(selector)).await;
        let element = element.with_context(|| format!("there is no {selector}"))?;
        element.click().await.with_context(|| format!("cannot click {selector}"))
    }

    /// Drags what a selector finds first by so many pixels, in a few moves.
    ///
    /// # Errors
    ///
    /// If there is no such thing, or it cannot be reached.
    pub async fn drag(&self, selector: &str, by: f64) -> Result<()> {
        let element = self.client.find(Locator::Css(selector)).await;
        let element = element.with_context(|| format!("there is no {selector}"))?;
        let duration = Some(Duration::from_millis(40));
        let mut mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement { element, duration, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT });
        for _ in 0..4 {
            mouse = mouse.then(PointerAction::MoveBy { duration, x: by / 4.0, y: 0.0 });
        }
        let mouse = mouse.then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(mouse).await.with_context(|| format!("cannot drag {selector}"))
    }

    /// Presses keys where the focus is.
    ///
    /// # Errors
    ///
    /// If nothing has the focus.
    pub async fn press(&self, keys: &str) -> Result<()> {
        let focused = self.client.active_element().await.context("something has the focus")?;
        focused.send_keys(keys).await.context("keys can be pressed")
    }

    /// Takes a picture, which is kept under `target/browser`.
    ///
    /// # Errors
    ///
    /// If it cannot be taken or kept.
    pub async fn picture(&self, name: &str) -> Result<()> {
        fs::create_dir_all(pictures())?;
        let png = self.client.screenshot().await?;
        fs::write(pictures().join(format!("{name}.png")), png).context("pictures can be kept")
    }
}
