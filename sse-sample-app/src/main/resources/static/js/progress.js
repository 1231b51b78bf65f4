/* The progress of a task: a stream of its own until the task is done. */

import { request } from "./api.js";
import { Stream, address } from "./stream.js";
import { byId, element, prepend, tell, timeElement } from "./dom.js";

const DROP_MILLIS = 2000;

export class Progress {

	#stream = null;

	constructor() {
		byId("task-start").addEventListener("click", () => this.#start());
		byId("task-drop").addEventListener("click", () => {
			this.#stream.drop(DROP_MILLIS);
			this.#step("Connection lost", "note");
			byId("task-drop").disabled = true;
		});
	}

	enter() {
	}

	leave() {
		if (this.#stream) {
			this.#end("The task goes on without you: its stream was closed when you left this tab.", "info");
		}
	}

	reset() {
		this.leave();
		byId("task").hidden = true;
		tell("task-message");
	}

	async #start() {
		tell("task-message");
		byId("task-start").disabled = true;
		try {
			const { task_id: id, position } = await request("POST", "/tasks");
			byId("task").hidden = false;
			byId("steps").replaceChildren();
			this.#show({ progress: 0, message: "Waiting" });
			this.#follow(id, position);
		}
		catch (error) {
			byId("task-start").disabled = false;
			tell("task-message", error.message, "error");
		}
	}

	#follow(id, start) {
		let lost = false;
		const stream = new Stream((position) => address(`/tasks/${id}/events`, {}, position), (state, cause) => {
			byId("task-drop").disabled = state !== "open";
			lost = lost || state === "reconnecting";
			if (state === "open" && lost) {
				lost = false;
				this.#step("Back: what was missed is replayed", "note");
			}
			if (cause) {
				this.#end(cause, "error");
			}
		});
		// What the task published before this connection is replayed from here on.
		stream.lastId = start;
		stream.on("progress", (event) => {
			const progress = JSON.parse(event.data);
			this.#show(progress);
			this.#step(`${progress.progress} % – ${progress.message}`);
		});
		stream.on("reset", () => this.#step("The log no longer has all events of this task", "note"));
		stream.on("complete", (event) => {
			this.#show(JSON.parse(event.data));
			this.#end("Complete.", "ok");
		});
		this.#stream = stream;
		stream.open();
	}

	#end(message, kind) {
		const stream = this.#stream;
		this.#stream = null;
		stream?.end();
		byId("task-start").disabled = false;
		byId("task-drop").disabled = true;
		tell("task-message", message, kind);
	}

	#show({ progress, message }) {
		byId("task-bar").value = progress;
		byId("task-percent").textContent = `${progress} %`;
		byId("task-text").textContent = message;
	}

	#step(text, kind = "") {
		prepend(byId("steps"), element("li", kind, timeElement(), element("span", "", text)), 50);
	}

}
