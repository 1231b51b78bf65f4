/* Requests to the server: JSON in and out, the CSRF token of the session, errors as messages to show. */

let account = { name: null, admin: false, csrf: null };

export class RequestError extends Error {

	constructor(status, message) {
		super(message);
		this.status = status;
	}

}

export function currentAccount() {
	return account;
}

/** Asks who is signed in. The token changes with every sign-in and sign-out. */
export async function loadAccount() {
	account = await request("GET", "/me");
	return account;
}

export async function signIn(username, password) {
	await loadAccount();
	await send("POST", "/login", new URLSearchParams({ username, password }));
	return loadAccount();
}

export async function signOut() {
	await send("POST", "/logout");
	return loadAccount();
}

export async function request(method, path, body) {
	const response = await send(method, path, (body !== undefined) ? JSON.stringify(body) : undefined, {
		"Content-Type": "application/json"
	});
	return response.json();
}

/** Ends a stream for good. Also works while the page is being left. */
export async function disconnect(clientId) {
	await send("POST", `/api/sse/disconnect/${clientId}`, undefined, {}, true);
}

async function send(method, path, body, headers = {}, keepalive = false) {
	if (account.csrf && method !== "GET") {
		headers[account.csrf.header] = account.csrf.token;
	}
	let response;
	try {
		response = await fetch(path, { method, body, headers: { Accept: "application/json", ...headers }, keepalive });
	}
	catch {
		throw new RequestError(0, "The server does not answer.");
	}
	if (!response.ok) {
		const problem = await response.json().catch(() => ({}));
		if (response.status === 401 && account.name) {
			document.dispatchEvent(new Event("session-ended"));
		}
		throw new RequestError(response.status, problem.detail || `The server answered ${response.status}.`);
	}
	return response;
}
