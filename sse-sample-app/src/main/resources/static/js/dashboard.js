/* The dashboard: a topic on the main stream while one looks at it. */

import { byId, tell } from "./dom.js";

const POINTS = 61;

const SECONDS_BETWEEN = 2;

const SECONDS_BETWEEN_TICKS = 30;

const CHART_SCRIPT = "/webjars/chart.js/dist/chart.umd.min.js";

/** Loaded when the dashboard is opened first: nothing else needs it. */
function loadCharts() {
	return new Promise((resolve, reject) => {
		const script = document.createElement("script");
		script.src = CHART_SCRIPT;
		script.addEventListener("load", () => resolve(window.Chart));
		script.addEventListener("error", () => reject(new Error("The chart could not be loaded.")));
		document.head.append(script);
	});
}

function color(name) {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function age(index) {
	return (POINTS - 1 - index) * SECONDS_BETWEEN;
}

class LineChart {

	#chart;

	constructor(Chart, id, max) {
		this.#chart = new Chart(byId(id), {
			type: "line",
			data: {
				labels: Array.from({ length: POINTS }, (_, index) => (age(index) === 0) ? "now" : `${age(index)} s ago`),
				datasets: [{ data: Array(POINTS).fill(null), borderWidth: 2, pointRadius: 0, tension: 0.25, fill: true }]
			},
			options: {
				animation: false,
				maintainAspectRatio: false,
				interaction: { mode: "index", intersect: false },
				plugins: { legend: { display: false } },
				scales: {
					x: {
						grid: { display: false },
						ticks: {
							autoSkip: false,
							maxRotation: 0,
							callback: (_, index) => (age(index) % SECONDS_BETWEEN_TICKS !== 0) ? null
								: (age(index) === 0) ? "now" : `−${age(index)} s`
						}
					},
					y: { beginAtZero: true, suggestedMax: max, ticks: { maxTicksLimit: 5 }, border: { display: false } }
				}
			}
		});
		this.paint();
	}

	add(value) {
		const { datasets: [{ data }] } = this.#chart.data;
		data.push(value);
		data.shift();
		this.#chart.update();
	}

	/** Takes the colours of the page, which change with the system's light and dark. */
	paint() {
		const { datasets: [dataset] } = this.#chart.data;
		const { x, y } = this.#chart.options.scales;
		dataset.borderColor = color("--accent");
		dataset.backgroundColor = color("--accent-faint");
		x.ticks.color = y.ticks.color = color("--muted");
		x.border = { color: color("--line") };
		y.grid = { color: color("--line") };
		this.#chart.update();
	}

}

export class Dashboard {

	#topics;

	#charts = null;

	constructor(stream, topics) {
		this.#topics = topics;
		stream.on("metrics", (event) => this.#show(JSON.parse(event.data)));
		matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
			Object.values(this.#charts || {}).forEach((chart) => chart.paint()));
	}

	async enter() {
		this.#topics.subscribe("dashboard");
		try {
			const Chart = window.Chart || await loadCharts();
			Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
			this.#charts ??= { heap: new LineChart(Chart, "chart-heap", 64), cpu: new LineChart(Chart, "chart-cpu", 20) };
			tell("dashboard-message");
		}
		catch (error) {
			tell("dashboard-message", error.message, "error");
		}
	}

	leave() {
		this.#topics.unsubscribe("dashboard");
	}

	reset() {
	}

	#show(metrics) {
		const heap = metrics.heap_used / 1e6;
		const cpu = metrics.cpu_usage * 100;
		byId("metric-heap").textContent = `${heap.toFixed(0)} MB`;
		byId("metric-cpu").textContent = `${cpu.toFixed(1)} %`;
		byId("metric-threads").textContent = metrics.threads;
		byId("metric-connections").textContent = metrics.active_connections;
		this.#charts?.heap.add(heap);
		this.#charts?.cpu.add(cpu);
	}

}
