/*
 * An event stream that survives what EventSource alone does not: topics that changed since it was opened, and a server
 * or a proxy that answers 502, 503 or 429.
 */

import { disconnect } from "./api.js";

const RECONNECT_MILLIS = 3000;

const MAX_RECONNECT_MILLIS = 30000;

/** What asking again does not change. Everything else may pass: no answer, too many requests, a proxy without a server. */
const REFUSALS = {
	204: "The server has ended the stream for good.",
	400: "The server does not accept this address.",
	401: "You are not signed in.",
	403: "You may not open this stream.",
	404: "There is no such stream."
};

/** The events that the server itself writes. */
export const CONTROL_EVENTS = ["connected", "reset", "heartbeat", "close"];

export class Stream {

	#source = null;

	#timer = 0;

	#failures = 0;

	#listeners = new Map();

	#url;

	#onState;

	state = "closed";

	clientId = null;

	lastId = null;

	/**
	 * @param url makes the address from the position to resume from, which may be null
	 * @param onState called with the new state and, when the stream ended, the cause
	 */
	constructor(url, onState) {
		this.#url = url;
		this.#onState = onState;
		this.on("connected", (event) => {
			this.clientId = JSON.parse(event.data).client_id;
			this.#failures = 0;
			this.#become("open");
		});
		// After this one the server wants no reconnect.
		this.on("close", (event) => this.close(`The server closed the stream: ${JSON.parse(event.data).reason}.`));
	}

	/** Calls the listener for every event of that name, also after a reconnect. */
	on(name, listener) {
		if (!this.#listeners.has(name)) {
			this.#listeners.set(name, new Set());
			this.#source?.addEventListener(name, this.#dispatch);
		}
		this.#listeners.get(name).add(listener);
	}

	off(name, listener) {
		const listeners = this.#listeners.get(name);
		listeners?.delete(listener);
		if (listeners?.size === 0) {
			this.#listeners.delete(name);
			this.#source?.removeEventListener(name, this.#dispatch);
		}
	}

	open() {
		this.#stop();
		this.#become((this.state === "reconnecting") ? "reconnecting" : "connecting");
		const url = this.#url(this.lastId);
		const source = new EventSource(url);
		this.#source = source;
		this.#listeners.forEach((_, name) => source.addEventListener(name, this.#dispatch));
		source.addEventListener("error", () => this.#onError(source, url));
	}

	/** Ends the stream and starts afresh the next time. */
	close(cause) {
		this.#stop();
		this.lastId = null;
		this.clientId = null;
		this.#failures = 0;
		this.#become("closed", cause);
	}

	/** Ends the stream and tells the server, which otherwise notices when it next writes to it. */
	async end() {
		const id = this.clientId;
		this.close();
		if (id) {
			await disconnect(id).catch(() => {});
		}
	}

	/** Ends the stream as a lost network would: the next one resumes. */
	drop(millis) {
		this.#reconnectIn(millis);
	}

	#dispatch = (event) => {
		if (event.lastEventId) {
			this.lastId = event.lastEventId;
		}
		[...(this.#listeners.get(event.type) || [])].forEach((listener) => listener(event));
	};

	#onError(source, url) {
		if (source !== this.#source) {
			return;
		}
		if (source.readyState === EventSource.CLOSED) {
			this.#comeBack();
		}
		else if (this.#url(null) !== withoutPosition(url)) {
			// The browser would repeat the old address, without the topics of now.
			this.#reconnectIn(RECONNECT_MILLIS);
		}
		else {
			this.clientId = null;
			this.#become("reconnecting");
		}
	}

	/** The browser has given up, as it does after every answer but 200. It does not tell which one that was. */
	#comeBack() {
		this.#reconnectIn(backOff(this.#failures++), () => this.#openUnlessRefused());
	}

	async #openUnlessRefused() {
		const timer = this.#timer;
		const response = await fetch(this.#url(this.lastId), { method: "HEAD" }).catch(() => null);
		if (timer !== this.#timer) {
			// Closed or opened meanwhile.
		}
		else if (response?.status === 200) {
			this.open();
		}
		else if (response && REFUSALS[response.status]) {
			this.close(REFUSALS[response.status]);
		}
		else {
			this.#comeBack();
		}
	}

	#reconnectIn(millis, reconnect = () => this.open()) {
		this.#stop();
		this.clientId = null;
		this.#become("reconnecting");
		this.#timer = setTimeout(reconnect, millis);
	}

	#stop() {
		clearTimeout(this.#timer);
		this.#timer = 0;
		this.#source?.close();
		this.#source = null;
	}

	#become(state, cause) {
		this.state = state;
		this.#onState(state, cause);
	}

}

/** An address with a query, in which the position comes last. */
export function address(path, parameters, position) {
	const query = new URLSearchParams(parameters);
	if (position) {
		query.set("lastEventId", position);
	}
	return (query.size > 0) ? `${path}?${query}` : path;
}

/** Longer each time, and at random: clients that a server lost together must not come back together. */
function backOff(failures) {
	return Math.min(MAX_RECONNECT_MILLIS, 1000 * 2 ** failures) * (0.5 + Math.random() / 2);
}

function withoutPosition(url) {
	return url.replace(/[?&]lastEventId=[^&]*$/, "");
}
