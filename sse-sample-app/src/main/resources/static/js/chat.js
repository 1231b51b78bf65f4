/* The chat: a stream of its own while one is in a room. */

import { request } from "./api.js";
import { Stream, address } from "./stream.js";
import { byId, element, onSubmit, tell, timeElement } from "./dom.js";

const LIMIT = 200;

export class Chat {

	#room = null;

	#user = null;

	#stream = null;

	constructor() {
		onSubmit("room-form", "chat-message", async () => {
			if (this.#room) {
				this.leave();
			}
			else {
				this.#join(byId("room").value);
			}
		});
		byId("chat-form").addEventListener("submit", (event) => {
			event.preventDefault();
			this.#say();
		});
	}

	enter() {
	}

	leave() {
		if (this.#room) {
			this.#stream.end();
			this.#line("note", `You left ${this.#room}`);
			this.#room = null;
			this.#showRoom();
		}
	}

	reset(user) {
		this.leave();
		this.#user = user;
		byId("talk").replaceChildren();
	}

	#join(room) {
		tell("chat-message");
		this.#room = room;
		const path = `/chat/${encodeURIComponent(room)}/stream`;
		this.#stream = new Stream((position) => address(path, {}, position), (state, cause) => this.#onState(state, cause));
		this.#stream.on("message", (event) => {
			const message = JSON.parse(event.data);
			this.#line((message.user === this.#user) ? "mine" : "", message.message, message.user);
		});
		this.#stream.on("user-join", (event) => this.#onPresence(event, "joined"));
		this.#stream.on("user-leave", (event) => this.#onPresence(event, "left"));
		byId("talk").replaceChildren();
		this.#stream.open();
		this.#showRoom();
		byId("chat-text").focus();
	}

	async #say() {
		const input = byId("chat-text");
		const text = input.value;
		input.value = "";
		input.focus();
		try {
			await request("POST", `/chat/${encodeURIComponent(this.#room)}/messages`, { message: text });
			tell("chat-message");
		}
		catch (error) {
			input.value = text;
			tell("chat-message", error.message, "error");
		}
	}

	#onState(state, cause) {
		const texts = { connecting: "Joining", open: `In ${this.#room}`, reconnecting: "Reconnecting", closed: "Not joined" };
		byId("chat-state").dataset.state = state;
		byId("chat-state").lastElementChild.textContent = texts[state];
		if (state === "open") {
			this.#showUsers();
		}
		if (state === "closed" && cause) {
			tell("chat-message", cause, "error");
			this.#room = null;
			this.#showRoom();
		}
	}

	#onPresence(event, verb) {
		const { user } = JSON.parse(event.data);
		this.#line("note", `${(user === this.#user) ? "You" : user} ${verb}`);
		this.#showUsers();
	}

	async #showUsers() {
		const room = this.#room;
		const { users } = await request("GET", `/chat/${encodeURIComponent(room)}/users`).catch(() => ({ users: [] }));
		if (room === this.#room) {
			byId("present").replaceChildren(...users.map((user) =>
				element("li", "", (user === this.#user) ? `${user} (you)` : user)));
		}
	}

	#showRoom() {
		const joined = Boolean(this.#room);
		byId("room-join").textContent = joined ? "Leave" : "Join";
		byId("room-join").classList.toggle("primary", !joined);
		byId("room").readOnly = joined;
		document.querySelectorAll("#chat-form input, #chat-form button").forEach((node) => {
			node.disabled = !joined;
		});
		if (!joined) {
			byId("present").replaceChildren();
		}
	}

	#line(kind, text, user) {
		const talk = byId("talk");
		talk.append(element("li", kind, ...(user ? [element("b", "", user)] : []), element("span", "", text), timeElement()));
		while (talk.children.length > LIMIT) {
			talk.firstElementChild.remove();
		}
		talk.scrollTop = talk.scrollHeight;
	}

}
