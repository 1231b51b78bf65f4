/* An event stream that survives what EventSource alone does not: topics that changed since it was opened. */

import { disconnect } from "./api.js";

const RECONNECT_MILLIS = 3000;

/** The events that the server itself writes. */
export const CONTROL_EVENTS = ["connected", "reset", "heartbeat", "close"];

export class Stream {

	#source = null;

	#timer = 0;

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
			this.close("The server refused the stream, or has been told to end it for good.");
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

	#reconnectIn(millis) {
		this.#stop();
		this.clientId = null;
		this.#become("reconnecting");
		this.#timer = setTimeout(() => this.open(), millis);
	}

	#stop() {
		clearTimeout(this.#timer);
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

function withoutPosition(url) {
	return url.replace(/[?&]lastEventId=[^&]*$/, "");
}
