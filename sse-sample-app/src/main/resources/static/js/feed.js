/* The list of events as they arrive. */

import { CONTROL_EVENTS } from "./stream.js";
import { byId, element, prepend, showChips, timeElement } from "./dom.js";

const LIMIT = 200;

const DEFAULT_NAMES = ["message", "notification", "announcement", "news", "alert"];

export class Feed {

	#stream;

	#names = new Set(DEFAULT_NAMES);

	#received = 0;

	constructor(stream) {
		this.#stream = stream;
		CONTROL_EVENTS.forEach((name) => stream.on(name, this.#showControl));
		this.#names.forEach((name) => stream.on(name, this.#show));
		byId("name-form").addEventListener("submit", (event) => {
			event.preventDefault();
			this.listen(byId("name").value.trim());
			byId("name").value = "";
		});
		byId("show-control").addEventListener("change", (event) =>
			byId("feed").classList.toggle("no-control", !event.target.checked));
		byId("clear").addEventListener("click", () => this.clear());
		this.#showNames();
	}

	/** EventSource delivers a named event only to who asked for its name. */
	listen(name) {
		if (name && !this.#names.has(name) && !CONTROL_EVENTS.includes(name)) {
			this.#names.add(name);
			this.#stream.on(name, this.#show);
			this.#showNames();
		}
	}

	clear() {
		byId("feed").replaceChildren();
		byId("feed-empty").hidden = false;
		this.#received = 0;
		byId("received").textContent = "0";
	}

	#ignore(name) {
		this.#names.delete(name);
		this.#stream.off(name, this.#show);
		this.#showNames();
	}

	#showNames() {
		showChips("names", this.#names, "Stop listening to", (name) => this.#ignore(name));
		byId("event-names").replaceChildren(...[...this.#names].map((name) => new Option(name)));
	}

	#show = (event) => {
		this.#received++;
		byId("received").textContent = this.#received.toLocaleString();
		this.#add(event, "");
	};

	#showControl = (event) => this.#add(event, "control");

	#add(event, kind) {
		byId("feed-empty").hidden = true;
		const id = element("span", "id mono", event.lastEventId);
		id.title = "The position of the event in the log";
		prepend(byId("feed"), element("li", kind, timeElement(), element("span", "name", event.type), id,
			element("pre", "data", pretty(event.data))), LIMIT);
		byId("last-id").textContent = event.lastEventId || "–";
	}

}

function pretty(data) {
	try {
		const value = JSON.parse(data);
		return (typeof value === "object") ? JSON.stringify(value, null, 1).replace(/\n\s*/g, " ") : data;
	}
	catch {
		return data;
	}
}
