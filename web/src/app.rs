//! The page: what it knows, and what changes that.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use gloo_worker::{Spawnable, WorkerBridge};
use sim_core::scenario::Setting;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use crate::edit::{self, Breakage, Part};
use crate::gallery::{self, Texts};
use crate::motion::Motion;
use crate::play::Play;
use crate::protocol::{Ask, Job, Tell, Wrong};
use crate::range::Range;
use crate::run::Run;
use crate::share::{self, Shared};
use crate::view;
use crate::worker::Engine;

/// Marks of a film.
const FILM: usize = 60_000;
/// Texts that can be had back.
const MOST_UNDONE: usize = 100;
/// Milliseconds that somebody who types is waited for.
const TYPING: u32 = 250;
/// Seconds that a fault lasts that somebody adds by a click.
const BREAK_FOR: f64 = 60.0;

/// What is shown of two variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    /// The first.
    A,
    /// The second.
    B,
    /// Both, side by side.
    Both,
}

/// What lies over the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Dialog {
    /// The scenarios.
    Gallery,
    /// Address, command, downloads.
    Share,
    /// The keyboard.
    Keys,
    /// Theory against simulation.
    Validation,
    /// What is to break, from when on.
    Break(Option<Part>, f64),
}

/// What is beside the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    /// Sliders.
    Controls,
    /// The text.
    Text,
}

/// What happens to the page.
pub(crate) enum Msg {
    /// The worker tells something.
    Told(Tell),
    /// A scenario of the gallery is wanted.
    Open(String),
    /// The text of a scenario is needed for its small picture.
    Want(&'static str),
    /// The text of a scenario has come, or cannot be had.
    Text(String, Option<String>),
    /// A file of data has come.
    Data(String, Option<String>),
    /// A setting is turned: its place in the list, and the number.
    Turn(usize, f64),
    /// What was turned is let go.
    Settled,
    /// The text is another.
    Edit(String),
    /// Whoever typed has stopped.
    Typed,
    /// The last change is taken back.
    Undo,
    /// Another seed; none is the scenario's own.
    Seed(Option<u64>),
    /// Another number of runs; none is the scenario's own.
    Runs(Option<u32>),
    /// The same again from the beginning.
    Restart,
    /// Starts or stops the play head.
    Toggle,
    /// Puts the play head somewhere.
    Seek(f64),
    /// Moves the play head by so many windows.
    Step(f64),
    /// The play head's speed.
    Speed(usize),
    /// The play head has moved.
    Tick,
    /// The pointer is over a time, or over none.
    Hover(Option<f64>),
    /// Only a stretch is shown, or all.
    Zoom(Option<(f64, f64)>),
    /// A, B or both.
    Show(Show),
    /// Another variant as B.
    Beside(usize),
    /// Another load.
    Load(usize),
    /// Something lies over the page, or nothing more does.
    Dialog(Option<Dialog>),
    /// Something breaks, from when on.
    Break(Part, &'static Breakage, f64),
    /// Sliders or text.
    Tab(Tab),
    /// What settings are looked for.
    Find(String),
    /// A setting has the focus.
    Focus(Option<usize>),
    /// Light or dark.
    Theme,
    /// The page has another size.
    Size,
    /// A key was pressed.
    Key(KeyboardEvent),
    /// A download is wanted.
    Download(view::Download),
    /// The worker for small pictures and validation tells something.
    Aside(Tell),
    /// The address was changed by hand.
    Address,
    /// The state is a part of an address, or the browser cannot compress it.
    Linked(Option<String>),
    /// Something was copied.
    Copied(&'static str),
}

/// What is to be opened.
enum Coming {
    /// A scenario of the gallery.
    Scenario(String),
    /// What a link holds, of a scenario of the gallery.
    Shared(String, Box<Shared>),
}

impl Coming {
    /// The scenario whose text is needed.
    fn path(&self) -> &str {
        match self {
            Self::Scenario(path) | Self::Shared(path, _) => path,
        }
    }
}

/// The page.
pub(crate) struct App {
    worker: WorkerBridge<Engine>,
    /// Small pictures and validation, which must not wait for the run, nor it for them.
    pub(crate) aside: view::Aside,
    pub(crate) text: String,
    /// The gallery's scenario that it began with.
    pub(crate) origin: Option<String>,
    pub(crate) texts: Texts,
    /// Whether the gallery's texts have been asked for: when the first run was done.
    asked_for_all: bool,
    /// What is opened once the text of its scenario has come.
    coming: Option<Coming>,
    files: BTreeMap<String, String>,
    undone: Vec<String>,
    /// The setting that is being turned: all of that is undone at once.
    turned: Option<usize>,
    pub(crate) seed: Option<u64>,
    pub(crate) runs: Option<u32>,
    jobs: u32,
    /// What is shown.
    pub(crate) run: Run,
    /// What will be shown when something is known of it.
    next: Option<Run>,
    /// The run before.
    pub(crate) ghost: Option<Run>,
    pub(crate) wrong: Vec<Wrong>,
    pub(crate) remark: Option<String>,
    pub(crate) settings: Vec<Setting>,
    /// By path and index: what each slider reaches over, and the number it had at first.
    pub(crate) ranges: BTreeMap<(String, usize), (Range, f64)>,
    pub(crate) focus: Option<usize>,
    pub(crate) find: String,
    pub(crate) tab: Tab,
    pub(crate) show: Show,
    pub(crate) b: usize,
    pub(crate) load: usize,
    pub(crate) zoom: Option<(f64, f64)>,
    pub(crate) hover: Option<f64>,
    pub(crate) dialog: Option<Dialog>,
    /// What lay over the page when it was last drawn.
    laid: Option<Dialog>,
    pub(crate) play: Rc<RefCell<Play>>,
    /// What is held with the pointer.
    pub(crate) held: Rc<Cell<Option<view::Held>>>,
    motion: Motion,
    /// Counts what charts depend on.
    pub(crate) version: u64,
    pub(crate) drawn: RefCell<view::Drawn>,
    typing: Option<Timeout>,
    json_wanted: bool,
    pub(crate) copied: Option<&'static str>,
    /// The address that holds the state, once it is made.
    pub(crate) address: Option<String>,
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link();
        let worker = spawn(link.callback(Msg::Told));
        let aside = view::Aside::new(spawn(link.callback(Msg::Aside)), link.callback(Msg::Want));
        let play = Rc::new(RefCell::new(Play::new()));
        if view::reduced_motion() {
            play.borrow_mut().playing = false;
        }
        let motion = Motion::start(play.clone(), link.callback(|()| Msg::Tick));
        view::listen(link);
        let mut app = Self {
            worker,
            aside,
            text: String::new(),
            origin: None,
            texts: Texts::default(),
            asked_for_all: false,
            coming: None,
            files: BTreeMap::new(),
            undone: Vec::new(),
            turned: None,
            seed: None,
            runs: None,
            jobs: 0,
            run: Run::default(),
            next: None,
            ghost: None,
            wrong: Vec::new(),
            remark: None,
            settings: Vec::new(),
            ranges: BTreeMap::new(),
            focus: None,
            find: String::new(),
            tab: Tab::Controls,
            show: Show::A,
            b: 1,
            load: 0,
            zoom: None,
            hover: None,
            dialog: None,
            laid: None,
            play,
            held: Rc::default(),
            motion,
            version: 0,
            drawn: RefCell::default(),
            typing: None,
            json_wanted: false,
            copied: None,
            address: None,
        };
        app.open_address(ctx);
        app
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each thing that happens, most of them one line"
    )]
    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let duration = self.run.duration();
        match msg {
            Msg::Told(tell) => {
                if matches!(tell, Tell::Done { .. }) {
                    self.want_all(ctx);
                }
                return self.told(tell);
            }
            Msg::Aside(tell) => return self.aside.told(tell),
            Msg::Open(path) => {
                self.dialog = None;
                self.play.replace(Play::new());
                self.open(ctx, Coming::Scenario(path));
            }
            Msg::Want(path) => self.want(ctx, path),
            Msg::Text(path, text) => return self.text_came(ctx, &path, text),
            Msg::Data(path, text) => self.data_came(&path, text),
            Msg::Turn(index, number) => {
                let Some(setting) = self.settings.get(index) else { return false };
                let text = edit::with_number(&self.text, setting, number);
                self.focus = Some(index);
                self.turn(index, text);
            }
            Msg::Settled => self.turned = None,
            Msg::Edit(text) => {
                self.change(text, false);
                let link = ctx.link().clone();
                self.typing = Some(Timeout::new(TYPING, move || link.send_message(Msg::Typed)));
            }
            Msg::Typed => self.start(),
            Msg::Undo => {
                let Some(text) = self.undone.pop() else { return false };
                self.turned = None;
                self.put(text);
                self.start();
            }
            Msg::Seed(seed) => {
                self.seed = seed;
                self.start();
            }
            Msg::Runs(runs) => {
                self.runs = runs;
                self.start();
            }
            Msg::Restart => {
                self.play.borrow_mut().at = 0.0;
                self.play.borrow_mut().playing = true;
                self.start();
            }
            Msg::Toggle => self.play.borrow_mut().toggle(duration),
            Msg::Seek(at) => self.play.borrow_mut().seek(at, duration),
            Msg::Step(by) => {
                let mut play = self.play.borrow_mut();
                play.playing = false;
                let at = play.at + by;
                play.seek(at, duration);
            }
            Msg::Speed(speed) => self.play.borrow_mut().speed = speed,
            Msg::Tick => self.motion.set(self),
            Msg::Hover(at) => {
                if self.hover == at {
                    return false;
                }
                self.hover = at;
            }
            Msg::Zoom(zoom) => {
                self.zoom = zoom.filter(|it| it.1 - it.0 >= 1.0);
                self.version += 1;
            }
            Msg::Show(show) => {
                self.show = if self.run.variants.len() > 1 { show } else { Show::A };
                self.version += 1;
            }
            Msg::Beside(b) => {
                self.b = b;
                if self.show == Show::A {
                    self.show = Show::Both;
                }
                self.version += 1;
            }
            Msg::Load(load) => {
                self.load = load;
                self.version += 1;
            }
            Msg::Dialog(dialog) => self.set_dialog(ctx, dialog),
            Msg::Break(part, what, at) => {
                let facts = self.facts().clone();
                let lasts = BREAK_FOR.min((facts.duration - at).max(1.0)).round().max(1.0);
                let text = edit::with_fault(&self.text, (part, what), (at, lasts), &facts);
                self.dialog = None;
                self.change(text, true);
            }
            Msg::Tab(tab) => self.tab = tab,
            Msg::Find(find) => self.find = find,
            Msg::Focus(focus) => self.focus = focus,
            Msg::Theme => view::switch_theme(),
            Msg::Size => self.version += 1,
            Msg::Key(event) => return self.key(ctx, &event),
            Msg::Download(wanted) => return self.download(wanted),
            Msg::Address => self.open_address(ctx),
            Msg::Linked(Some(hash)) => {
                view::set_address(&hash);
                self.address = Some(view::address());
            }
            Msg::Linked(None) => {
                self.remark = Some(
                    "This browser is too old to make links: download the scenario instead."
                        .to_owned(),
                );
            }
            Msg::Copied(what) => self.copied = Some(what),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        view::page(self, ctx.link())
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            // Only now is it known how wide the charts are.
            ctx.link().send_message(Msg::Size);
        }
        // Browsers close a dialog before they tell: what they have closed is not opened again.
        if std::mem::replace(&mut self.laid, self.dialog) != self.dialog {
            view::show_dialog(self.dialog.is_some());
        }
        self.motion.set(self);
    }
}

fn spawn(told: Callback<Tell>) -> WorkerBridge<Engine> {
    let told = move |it| told.emit(it);
    Engine::spawner().callback(told).spawn_with_loader("worker.js")
}

impl App {
    /// The variant that is A.
    pub(crate) fn facts(&self) -> Rc<crate::protocol::Facts> {
        self.shown().map_or_else(Rc::default, |it| it.facts.clone())
    }

    /// The variant in the picture.
    pub(crate) fn shown(&self) -> Option<&crate::run::Variant> {
        let index = if self.show == Show::B { self.b } else { 0 };
        self.run.variants.get(index).or(self.run.variants.first())
    }

    /// Whether somebody asks for something, so that there is a time to look at.
    pub(crate) fn is_asked(&self) -> bool {
        self.shown().is_none_or(|it| !it.facts.loads.is_empty())
    }

    /// The variant beside A.
    pub(crate) fn beside(&self) -> Option<&crate::run::Variant> {
        self.run.variants.get(self.b.max(1))
    }

    /// Where the numbers are read: under the pointer, or at the play head.
    pub(crate) fn at(&self) -> f64 {
        self.hover.unwrap_or(self.play.borrow().at)
    }

    /// What the charts show, s.
    pub(crate) fn span(&self) -> (f64, f64) {
        self.zoom.unwrap_or((0.0, self.run.duration()))
    }

    /// Whether the text is another than the gallery's.
    pub(crate) fn is_changed(&self) -> bool {
        self.origin.as_deref().and_then(|it| self.texts.get(it)) != Some(&*self.text)
    }

    /// The state as a link.
    pub(crate) fn shared(&self) -> Shared {
        Shared {
            from: self.origin.clone(),
            text: self.is_changed().then(|| self.text.clone()),
            seed: self.seed,
            runs: self.runs,
            a: 0,
            b: (self.show != Show::A).then_some(self.b),
            show: match self.show {
                Show::A => "a",
                Show::B => "b",
                Show::Both => "both",
            }
            .to_owned(),
            at: self.play.borrow().at,
            zoom: self.zoom,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    fn open_address(&mut self, ctx: &Context<Self>) {
        let shared = match share::open(&view::address_hash()) {
            Ok(shared) => shared,
            Err(broken) => {
                self.remark = Some(broken.sentence().to_owned());
                None
            }
        };
        let Some(shared) = shared else {
            if self.text.is_empty() {
                self.open(ctx, Coming::Scenario(gallery::FIRST.to_owned()));
            }
            return;
        };
        match shared.from.clone() {
            Some(path) => self.open(ctx, Coming::Shared(path, Box::new(shared))),
            None => self.open_shared(ctx, shared),
        }
    }

    /// Opens something as soon as the text of its scenario is here.
    fn open(&mut self, ctx: &Context<Self>, coming: Coming) {
        let path = coming.path().to_owned();
        self.coming = Some(coming);
        self.want(ctx, &path);
    }

    /// Sees to it that the text of a scenario is here.
    fn want(&mut self, ctx: &Context<Self>, path: &str) {
        if self.texts.get(path).is_some() {
            self.text_is_here(ctx, path);
        } else {
            ask_for_text(ctx, path.to_owned());
        }
    }

    /// Asks for all texts, once: after that the gallery needs no network.
    fn want_all(&mut self, ctx: &Context<Self>) {
        if !std::mem::replace(&mut self.asked_for_all, true) {
            self.texts.missing().for_each(|it| ask_for_text(ctx, it.to_owned()));
        }
    }

    /// A text has come, or cannot be had; whether there is something to show.
    fn text_came(&mut self, ctx: &Context<Self>, path: &str, text: Option<String>) -> bool {
        let waited_for = self.coming.as_ref().is_some_and(|it| it.path() == path);
        match text {
            Some(text) => self.texts.put(path.to_owned(), text),
            None if waited_for => {
                self.remark = Some(format!("The scenario {path} could not be loaded."));
            }
            None => {}
        }
        self.text_is_here(ctx, path);
        waited_for || self.dialog == Some(Dialog::Gallery)
    }

    /// What was waiting for the text of a scenario goes on, whether it came or cannot be had.
    fn text_is_here(&mut self, ctx: &Context<Self>, path: &str) {
        self.draw_aside(ctx, path);
        let coming = self.coming.take_if(|it| it.path() == path);
        match coming.filter(|it| self.texts.get(it.path()).is_some()) {
            Some(Coming::Scenario(path)) => self.open_scenario(ctx, path),
            Some(Coming::Shared(_, shared)) => self.open_shared(ctx, *shared),
            None => {}
        }
    }

    fn open_shared(&mut self, ctx: &Context<Self>, shared: Shared) {
        self.coming = None;
        if shared.version != env!("CARGO_PKG_VERSION") {
            self.remark =
                Some("This link was made by another engine; numbers may differ.".to_owned());
        }
        self.origin.clone_from(&shared.from);
        let own = shared.from.as_deref().and_then(|it| self.texts.get(it)).unwrap_or_default();
        let text = shared.text.unwrap_or_else(|| own.to_owned());
        self.ranges.clear();
        self.put(text);
        (self.seed, self.runs) = (shared.seed, shared.runs);
        self.b = shared.b.unwrap_or(1).max(1);
        self.show = match &*shared.show {
            "b" => Show::B,
            "both" => Show::Both,
            _ => Show::A,
        };
        let finite = |it: &(f64, f64)| it.0.is_finite() && it.1.is_finite() && it.0 >= 0.0;
        self.zoom = shared.zoom.filter(finite);
        let mut play = Play::new();
        play.playing = false;
        play.at = if shared.at.is_finite() { shared.at.max(0.0) } else { 0.0 };
        self.play.replace(play);
        self.fetch_or_start(ctx);
    }

    fn open_scenario(&mut self, ctx: &Context<Self>, path: String) {
        let text = self.texts.get(&path).unwrap_or_default().to_owned();
        self.origin = Some(path);
        (self.seed, self.runs, self.zoom, self.remark) = (None, None, None, None);
        (self.show, self.b, self.load) = (Show::A, 1, 0);
        self.undone.clear();
        self.turned = None;
        self.ranges.clear();
        self.ghost = None;
        self.run.done = None;
        self.put(text);
        self.fetch_or_start(ctx);
    }

    /// Asks for files of data that are not there yet; then the run can start.
    fn fetch_or_start(&mut self, ctx: &Context<Self>) {
        let missing = self.missing_data(self.origin.as_deref().unwrap_or_default(), &self.text);
        if missing.is_empty() {
            self.start();
        }
        for it in missing {
            ask_for_data(ctx, it);
        }
    }

    /// The files of data of a scenario that are not here.
    fn missing_data(&self, path: &str, text: &str) -> Vec<&'static str> {
        let wanted = gallery::data_files(path, text).into_iter();
        wanted.filter(|it| !self.files.contains_key(*it)).collect()
    }

    /// A file of data has come, or cannot be had: what waits for it goes on.
    fn data_came(&mut self, path: &str, text: Option<String>) {
        let lost = text.is_none();
        self.files.extend(text.map(|it| (path.to_owned(), it)));
        let origin = self.origin.as_deref().unwrap_or_default();
        if gallery::data_files(origin, &self.text).contains(&path) {
            if lost {
                let told = format!("The data of this scenario, {path}, could not be loaded.");
                self.remark = Some(told);
            }
            if lost || self.missing_data(origin, &self.text).is_empty() {
                self.start();
            }
        }
        let Some(drawn) = self.aside.waits_for() else { return };
        let text = self.texts.get(drawn).unwrap_or_default();
        if gallery::data_files(drawn, text).contains(&path) {
            if lost {
                self.aside.text(None, Vec::new());
            } else if self.missing_data(drawn, text).is_empty() {
                self.aside.text(Some(text), self.files_beside(drawn));
            }
        }
    }

    /// The text of a scenario is here, or cannot be had: if its small picture waits for that, it is drawn
    /// as soon as its data is here.
    fn draw_aside(&mut self, ctx: &Context<Self>, path: &str) {
        if self.aside.waits_for() != Some(path) {
            return;
        }
        let text = self.texts.get(path);
        let missing = text.map(|it| self.missing_data(path, it)).unwrap_or_default();
        if missing.is_empty() {
            self.aside.text(text, self.files_beside(path));
        }
        for it in missing {
            ask_for_data(ctx, it);
        }
    }

    /// The text in which somebody turns a setting.
    fn turn(&mut self, index: usize, text: String) {
        if self.turned == Some(index) && text != self.text {
            self.put(text);
            self.start();
        } else {
            self.change(text, true);
            self.turned = Some(index);
        }
    }

    /// The text that somebody wrote or turned.
    fn change(&mut self, text: String, start: bool) {
        self.turned = None;
        if text == self.text {
            return;
        }
        if self.undone.len() == MOST_UNDONE {
            self.undone.remove(0);
        }
        let before = std::mem::take(&mut self.text);
        self.undone.push(before);
        self.put(text);
        if start {
            self.start();
        }
    }

    fn put(&mut self, text: String) {
        self.text = text;
        let settings = edit::settings(&self.text);
        // Sliders stay while the text is broken.
        if !settings.is_empty() {
            self.settings = settings;
        }
        for setting in &self.settings {
            let key = (setting.path.clone(), setting.index);
            let (range, _) =
                self.ranges.entry(key).or_insert_with(|| (Range::of(setting), setting.number));
            if setting.number < range.low || setting.number > range.high {
                *range = Range::of(setting);
            }
        }
    }

    /// Runs the scenario as it is.
    fn start(&mut self) {
        self.typing = None;
        self.jobs += 1;
        self.worker.send(Ask::Run(Job {
            id: self.jobs,
            text: self.text.clone(),
            files: self.files_beside(self.origin.as_deref().unwrap_or_default()),
            seed: self.seed,
            replications: self.runs,
            base_only: false,
            film: FILM,
            watch: Vec::new(),
        }));
    }

    /// The files of a scenario's folder that have come.
    fn files_beside(&self, path: &str) -> Vec<(String, String)> {
        let folder = path.split_once('/').map_or("", |it| it.0);
        let own = self.files.iter().filter_map(|(path, text)| {
            let (family, name) = path.split_once('/')?;
            (family == folder).then(|| (name.to_owned(), text.clone()))
        });
        own.collect()
    }

    fn told(&mut self, tell: Tell) -> bool {
        match tell {
            Tell::Refused { id, faults } if id == self.jobs => {
                self.wrong = faults;
                self.next = None;
                true
            }
            Tell::Begun { id, title, seed, facts } if id == self.jobs => {
                self.wrong.clear();
                self.next = Some(Run::begun(id, title, seed, facts));
                self.run.variants.is_empty()
            }
            Tell::Json(json) => {
                if std::mem::take(&mut self.json_wanted) {
                    view::save("report.json", "application/json", &json);
                }
                false
            }
            Tell::Going { id, .. }
            | Tell::Filmed { id, .. }
            | Tell::Folded { id, .. }
            | Tell::Done { id, .. }
                if id == self.jobs =>
            {
                if let Some(next) = self.next.take_if(|it| it.id == id) {
                    let before = std::mem::replace(&mut self.run, next);
                    // What was interrupted is no ghost.
                    if before.done.is_some() {
                        self.ghost = Some(before);
                    }
                }
                self.version += 1;
                self.run.told(tell)
            }
            _ => false,
        }
    }

    fn make_link(&mut self, ctx: &Context<Self>) {
        self.address = None;
        let (link, text) = (ctx.link().clone(), share::written(&self.shared()));
        spawn_local(async move {
            let packed = view::deflated(&text).await;
            link.send_message(Msg::Linked(packed.map(|it| share::link(&it))));
        });
    }

    fn set_dialog(&mut self, ctx: &Context<Self>, dialog: Option<Dialog>) {
        self.dialog = dialog;
        self.copied = None;
        match dialog {
            Some(Dialog::Gallery) => self.aside.draw_gallery(),
            Some(Dialog::Validation) => self.aside.validate(),
            Some(Dialog::Share) => self.make_link(ctx),
            _ => self.aside.pause(),
        }
    }

    fn download(&mut self, wanted: view::Download) -> bool {
        match wanted {
            view::Download::Json => {
                self.json_wanted = true;
                self.worker.send(Ask::Json);
            }
            view::Download::Toml => view::save("scenario.toml", "application/toml", &self.text),
            view::Download::Csv => view::save("series.csv", "text/csv", &view::csv(self)),
            view::Download::Svg => view::save("charts.svg", "image/svg+xml", &view::svg(self)),
            view::Download::Png => view::save_png(self),
        }
        false
    }

    fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        let Some(msg) = view::key(self, event) else { return false };
        event.prevent_default();
        Component::update(self, ctx, msg)
    }
}

fn ask_for_text(ctx: &Context<App>, path: String) {
    let link = ctx.link().clone();
    spawn_local(async move {
        let text = fetch(&format!("data/{path}")).await;
        link.send_message(Msg::Text(path, text));
    });
}

fn ask_for_data(ctx: &Context<App>, path: &'static str) {
    let link = ctx.link().clone();
    spawn_local(async move {
        let text = fetch(&format!("data/{path}")).await;
        link.send_message(Msg::Data(path.to_owned(), text));
    });
}

async fn fetch(path: &str) -> Option<String> {
    let window = web_sys::window()?;
    let response = JsFuture::from(window.fetch_with_str(path)).await.ok()?;
    let response: web_sys::Response = response.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}
