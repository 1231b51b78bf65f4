/* What an administrator publishes, and the counts of the server. */

import { request } from "./api.js";
import { byId, clients, onSubmit, tell } from "./dom.js";

const POLL_MILLIS = 3000;

const TARGETS = {
	broadcast: { of: () => ({ broadcast: true }) },
	user: { label: "User", of: (user) => ({ user }), names: () => list("users", "user_id") },
	topic: { label: "Topic", of: (topic) => ({ topic }), names: () => list("topics", "topic") },
	connection: { label: "Client id", of: (connection) => ({ connection }), names: () => list("connections", "id") }
};

async function list(what, field) {
	return (await request("GET", `/api/sse/${what}`))[what].map((entry) => entry[field]);
}

function target() {
	return TARGETS[byId("publish-form").elements.target.value];
}

async function showTarget() {
	const { label, names } = target();
	byId("publish-name-field").hidden = !label;
	byId("publish-name").required = Boolean(label);
	byId("publish-name").value = "";
	if (label) {
		byId("publish-name-label").textContent = label;
		byId("publish-names").replaceChildren(...(await names().catch(() => [])).map((name) => new Option(name)));
	}
}

/** JSON goes as it is, everything else as a string. */
function data() {
	const text = byId("publish-data").value;
	try {
		return JSON.parse(text);
	}
	catch {
		return text;
	}
}

async function showStatistics() {
	const { statistics } = await request("GET", "/api/sse/stats");
	document.querySelectorAll("[data-stat]").forEach((node) => {
		const value = statistics[node.dataset.stat];
		node.textContent = (node.dataset.stat === "total_bytes") ? bytes(value) : value.toLocaleString();
	});
	byId("stats-running").textContent = statistics.is_running ? "Running." : "Not running.";
}

function bytes(count) {
	const [unit, size] = (count < 1e3) ? ["B", 1] : (count < 1e6) ? ["kB", 1e3] : ["MB", 1e6];
	return `${(count / size).toLocaleString([], { maximumFractionDigits: 1 })} ${unit}`;
}

export class Publishing {

	#timer = 0;

	constructor(feed) {
		byId("publish-form").addEventListener("change", (event) => {
			if (event.target.name === "target") {
				showTarget();
			}
		});
		byId("publish-data").addEventListener("keydown", (event) => {
			if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
				byId("publish-form").requestSubmit();
			}
		});
		onSubmit("publish-form", "publish-message", async () => {
			const event = byId("publish-event").value.trim();
			// Or it would arrive and nobody would see it.
			feed.listen(event);
			// In the body, because a path cannot carry every name.
			const answer = await request("POST", "/api/sse/publish",
				{ target: target().of(byId("publish-name").value.trim()), event, data: data() });
			tell("publish-message", `Published for ${clients(answer.recipients)}.`, "ok");
			showStatistics().catch(() => {});
		});
	}

	start(admin) {
		byId("publish-form").hidden = !admin;
		byId("publish-refused").hidden = admin;
		byId("stats").hidden = !admin;
		if (admin) {
			const poll = () => {
				if (!document.hidden) {
					showStatistics().catch(() => {
						byId("stats-running").textContent = "The server does not answer.";
					});
				}
			};
			poll();
			this.#timer = setInterval(poll, POLL_MILLIS);
		}
	}

	stop() {
		clearInterval(this.#timer);
		tell("publish-message");
	}

}
