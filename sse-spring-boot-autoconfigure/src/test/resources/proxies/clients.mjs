// Opens event streams as a page does, and answers each line of its input with what became
// of them. Arguments: the address, the number of streams.
import { createInterface } from "node:readline";

import { EventSource } from "eventsource";

const [url, count] = process.argv.slice(2);

class Client {
	connected = false;
	connects = 0;
	next = 0;
	faults = [];

	constructor() {
		const source = new EventSource(url);
		source.addEventListener("connected", () => {
			this.connected = true;
			this.connects++;
		});
		source.addEventListener("n", (event) => {
			if (event.data !== String(this.next)) {
				this.faults.push(`event ${event.data} instead of ${this.next}`);
			}
			this.next = Number(event.data) + 1;
		});
		source.addEventListener("reset", (event) => this.faults.push(`reset ${event.data}`));
		source.addEventListener("error", (event) => {
			this.connected = false;
			if (source.readyState === source.CLOSED) {
				this.faults.push(`closed for good: ${event.code} ${event.message}`);
			}
		});
	}
}

const clients = Array.from({ length: Number(count) }, () => new Client());

createInterface({ input: process.stdin })
	.on("line", () =>
		console.log(
			JSON.stringify({
				connected: clients.filter((client) => client.connected).length,
				leastConnects: Math.min(...clients.map((client) => client.connects)),
				received: Math.min(...clients.map((client) => client.next)),
				faults: clients.flatMap((client) => client.faults).slice(0, 10),
			}),
		),
	)
	.on("close", () => process.exit());
