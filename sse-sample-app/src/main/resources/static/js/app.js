/* The page: who is signed in, the main stream, its topics, and the tabs. */

import { loadAccount, request, signIn, signOut } from "./api.js";
import { Stream, address } from "./stream.js";
import { byId, onSubmit, showChips, tell } from "./dom.js";
import { Feed } from "./feed.js";
import { Publishing } from "./publish.js";
import { Notifications } from "./notifications.js";
import { Chat } from "./chat.js";
import { Progress } from "./progress.js";
import { Dashboard } from "./dashboard.js";

const STATES = { connecting: "Connecting", open: "Open", reconnecting: "Reconnecting", closed: "Closed" };

/** The topics that the main stream is to have, whether it is open or not. */
class Topics {

	#wanted = new Set();

	list() {
		return [...this.#wanted];
	}

	async subscribe(topic) {
		await this.#change({ subscribe: [topic] }, () => this.#wanted.add(topic));
	}

	async unsubscribe(topic) {
		await this.#change({ unsubscribe: [topic] }, () => this.#wanted.delete(topic));
	}

	clear() {
		this.#wanted.clear();
		this.show();
	}

	async #change(topics, apply) {
		const before = this.list();
		apply();
		this.show();
		if (stream.state !== "open") {
			return;
		}
		try {
			// In the body, because a path cannot carry every name.
			await request("POST", "/api/sse/subscriptions", { connection: stream.clientId, ...topics });
			tell("connection-message");
		}
		catch (error) {
			// 404: the stream was lost meanwhile, and the next one has the topics from its start.
			if (error.status !== 404) {
				this.#wanted = new Set(before);
				this.show();
				tell("connection-message", error.message, "error");
			}
		}
	}

	show() {
		showChips("topics", this.#wanted, "Unsubscribe from", (topic) => this.unsubscribe(topic));
	}

}

const topics = new Topics();
const stream = new Stream((position) =>
	address("/api/sse/connect", (topics.list().length > 0) ? { topics: topics.list().join(",") } : {}, position), showState);
const feed = new Feed(stream);
const publishing = new Publishing(feed);
const notifications = new Notifications(stream);
const demos = { notifications, chat: new Chat(), progress: new Progress(), dashboard: new Dashboard(stream, topics) };

let openSince = 0;

function showState(state, cause) {
	byId("state").dataset.state = state;
	byId("state-text").textContent = STATES[state];
	byId("connect").textContent = (state === "closed") ? "Connect" : "Disconnect";
	byId("connect").classList.toggle("primary", state === "closed");
	byId("client-id").textContent = stream.clientId || "–";
	openSince = (state === "open") ? Date.now() : 0;
	showOpenFor();
	if (state === "closed") {
		byId("last-id").textContent = "–";
	}
	tell("connection-message", cause, "error");
	if (cause) {
		// Perhaps the session is over, which a stream cannot tell.
		loadAccount().then((account) => {
			if (!account.name) {
				document.dispatchEvent(new Event("session-ended"));
			}
		}).catch(() => {});
	}
}

function showOpenFor() {
	const seconds = Math.floor((Date.now() - openSince) / 1000);
	const pad = (number) => String(number).padStart(2, "0");
	byId("open-for").textContent = (openSince === 0) ? "–"
		: `${Math.floor(seconds / 60)}:${pad(seconds % 60)}`;
}

byId("connect").addEventListener("click", () => {
	if (stream.state === "closed") {
		stream.open();
	}
	else {
		stream.end();
	}
});

onSubmit("topic-form", "connection-message", async () => {
	const topic = byId("topic").value.trim();
	byId("topic").value = "";
	await topics.subscribe(topic);
});

// Tabs, with the keys that go with them

const tabs = [...document.querySelectorAll("[role=tab]")];

function selected() {
	return tabs.find((tab) => tab.ariaSelected === "true");
}

function demoOf(tab) {
	return demos[tab.id.replace("tab-", "")];
}

function select(tab) {
	const previous = selected();
	if (tab === previous) {
		return;
	}
	tabs.forEach((one) => {
		one.ariaSelected = String(one === tab);
		one.tabIndex = (one === tab) ? 0 : -1;
		byId(one.getAttribute("aria-controls")).hidden = one !== tab;
	});
	demoOf(previous)?.leave();
	demoOf(tab)?.enter();
}

tabs.forEach((tab, index) => {
	tab.addEventListener("click", () => select(tab));
	tab.addEventListener("keydown", (event) => {
		const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
		if (next !== undefined) {
			event.preventDefault();
			const target = tabs[(next + tabs.length) % tabs.length];
			select(target);
			target.focus();
			target.scrollIntoView({ inline: "nearest", block: "nearest" });
		}
	});
});

// Who is signed in

let shownUser;

function show(account) {
	if (account.name === shownUser) {
		return;
	}
	shownUser = account.name;
	const signedIn = Boolean(account.name);
	byId("sign-in").hidden = signedIn;
	byId("desk").hidden = !signedIn;
	byId("who").hidden = !signedIn;
	if (!signedIn) {
		leave();
		byId("username").focus();
		return;
	}
	byId("user-name").textContent = account.name;
	byId("user-role").textContent = account.admin ? "admin role" : "";
	byId("user-role").hidden = !account.admin;
	Object.values(demos).forEach((demo) => demo.reset(account.name));
	feed.clear();
	publishing.start(account.admin);
	topics.show();
	stream.open();
}

async function leave() {
	select(tabs[0]);
	publishing.stop();
	const ended = stream.end();
	topics.clear();
	await ended;
}

async function enterAs(username, password) {
	tell("sign-in-error");
	try {
		show(await signIn(username, password));
		byId("password").value = "";
	}
	catch (error) {
		tell("sign-in-error", (error.status === 401) ? "No user has this name and password." : error.message, "error");
		byId("password").select();
	}
}

onSubmit("sign-in-form", "sign-in-error", () => enterAs(byId("username").value, byId("password").value));

document.querySelectorAll("[data-user]").forEach((button) =>
	button.addEventListener("click", () => enterAs(button.dataset.user, button.dataset.user)));

byId("sign-out").addEventListener("click", async () => {
	// A stream that is open outlives the session: the server asked who it is for when it began.
	await leave();
	show(await signOut().catch(loadAccount).catch(() => ({ name: null })));
});

document.addEventListener("session-ended", () => {
	if (!shownUser) {
		return;
	}
	show({ name: null });
	tell("sign-in-error", "Your session has ended. Sign in again.", "error");
	loadAccount().catch(() => {});
});

addEventListener("pagehide", () => {
	demos.chat.leave();
	stream.end();
});

addEventListener("pageshow", (event) => {
	if (event.persisted && shownUser) {
		stream.open();
	}
});

byId("curl-publish").textContent = `curl -u admin:admin ${location.origin}/api/sse/broadcast \\
  -H 'Content-Type: application/json' \\
  -d '{"event":"announcement","data":"Hello"}'`;

setInterval(showOpenFor, 1000);

loadAccount().then(show).catch((error) => {
	show({ name: null });
	tell("sign-in-error", error.message, "error");
});
