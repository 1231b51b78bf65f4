/* Notifications: sent with a request, received on the main stream. */

import { request } from "./api.js";
import { byId, clients, element, onSubmit, prepend, tell, timeElement } from "./dom.js";

export class Notifications {

	#unseen = 0;

	#visible = false;

	constructor(stream) {
		stream.on("notification", (event) => this.#show(event));
		onSubmit("notification-form", "notification-message", async () => {
			const user = byId("notification-user").value;
			const { recipients } = await request("POST", `/notifications/${user}`, {
				title: byId("notification-title").value,
				content: byId("notification-content").value
			});
			tell("notification-message", (recipients > 0) ? `Sent to ${clients(recipients)} of ${user}.`
				: `${user} is not connected now, and gets it when coming back from a lost connection.`, "ok");
		});
	}

	enter() {
		this.#visible = true;
		this.#unseen = 0;
		this.#showCount();
	}

	leave() {
		this.#visible = false;
	}

	reset(user) {
		byId("notes").replaceChildren();
		byId("notes-empty").hidden = false;
		byId("notification-user").value = user;
		tell("notification-message");
		this.enter();
		this.leave();
	}

	#show(event) {
		const notification = parse(event.data);
		byId("notes-empty").hidden = true;
		prepend(byId("notes"), element("li", "", element("b", "", notification.title || "Notification"),
			timeElement(), element("p", "", notification.content || ""),
			element("small", "", notification.sender ? `from ${notification.sender}` : "")), 50);
		if (!this.#visible) {
			this.#unseen++;
			this.#showCount();
		}
	}

	#showCount() {
		const count = byId("notification-count");
		count.hidden = this.#unseen === 0;
		count.textContent = this.#unseen;
		count.setAttribute("aria-label", `${this.#unseen} new`);
	}

}

/** An administrator may publish anything under this name. */
function parse(data) {
	try {
		const value = JSON.parse(data);
		return (value && typeof value === "object") ? value : { title: data };
	}
	catch {
		return { title: data };
	}
}
