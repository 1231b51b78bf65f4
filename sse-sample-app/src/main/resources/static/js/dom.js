/* A few words for what every part of the page does. */

export const byId = (id) => document.getElementById(id);

export function element(name, className, ...children) {
	const node = document.createElement(name);
	if (className) {
		node.className = className;
	}
	node.append(...children);
	return node;
}

/** Shows a message, or hides it when there is none. */
export function tell(id, text, kind = "info") {
	const node = byId(id);
	node.hidden = !text;
	node.textContent = text || "";
	node.dataset.kind = kind;
}

/** Runs what a form asks for, with its button off meanwhile, and shows the error if it fails. */
export function onSubmit(id, messageId, action) {
	const form = byId(id);
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		const button = form.querySelector("[type=submit]");
		button.disabled = true;
		try {
			await action();
		}
		catch (error) {
			tell(messageId, error.message, "error");
		}
		finally {
			button.disabled = false;
		}
	});
}

/** A list of names that can be removed. */
export function showChips(id, names, verb, remove) {
	byId(id).replaceChildren(...[...names].map((name) => {
		const button = element("button", "", "×");
		button.type = "button";
		button.setAttribute("aria-label", `${verb} ${name}`);
		button.addEventListener("click", () => remove(name));
		return element("li", "", element("span", "", name), button);
	}));
}

/** Lights up once: without this it would again each time its tab is shown. */
export function fresh(entry) {
	entry.classList.add("fresh");
	entry.addEventListener("animationend", () => entry.classList.remove("fresh"), { once: true });
	return entry;
}

/** Puts an entry on top, and drops the oldest beyond a limit. */
export function prepend(list, entry, limit) {
	list.prepend(fresh(entry));
	while (list.children.length > limit) {
		list.lastElementChild.remove();
	}
}

export function time(date = new Date()) {
	return date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

export function timeElement(date = new Date()) {
	const node = element("time", "", time(date));
	node.dateTime = date.toISOString();
	return node;
}

export function clients(count) {
	return (count === 1) ? "1 connection" : `${count} connections`;
}
