package io.github.ssehub.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.github.ssehub.benchmarks.workload.Rival;
import io.github.ssehub.benchmarks.workload.Sample;
import org.jspecify.annotations.Nullable;

/**
 * A workload's figures as a Markdown table, a row for each rival: the medians, but of
 * problems the sum and of the longest times the longest.
 */
public final class ResultTable {

	private final Map<Rival, Map<String, Double>> rows = new LinkedHashMap<>();

	/**
	 * Creates the table.
	 * @param samples the samples of one workload
	 */
	public ResultTable(List<Sample> samples) {
		Map<Rival, Map<String, List<Double>>> values = new LinkedHashMap<>();
		for (Sample sample : samples) {
			Map<String, List<Double>> figures = values.computeIfAbsent(sample.rival(),
					(rival) -> new LinkedHashMap<>());
			sample.figures()
				.forEach((name, value) -> figures.computeIfAbsent(name, (any) -> new ArrayList<>()).add(value));
		}
		values.forEach((rival, figures) -> {
			Map<String, Double> row = new LinkedHashMap<>();
			figures.forEach((name, all) -> row.put(name, summary(name, all)));
			this.rows.put(rival, row);
		});
	}

	private static double summary(String figure, List<Double> values) {
		if (figure.equals("problems")) {
			return values.stream().mapToDouble(Double::doubleValue).sum();
		}
		if (figure.startsWith("max ")) {
			return Collections.max(values);
		}
		return median(values);
	}

	private static double median(List<Double> values) {
		List<Double> sorted = values.stream().sorted().toList();
		int middle = sorted.size() / 2;
		return (sorted.size() % 2 == 1) ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
	}

	/**
	 * A figure of each rival.
	 * @param figure the name of the figure
	 * @return the values, in the order of measurement
	 */
	public Map<Rival, Double> values(String figure) {
		Map<Rival, Double> all = new LinkedHashMap<>();
		this.rows.forEach((rival, row) -> {
			Double value = row.get(figure);
			if (value != null) {
				all.put(rival, value);
			}
		});
		return all;
	}

	/**
	 * The first figure, which the chart shows.
	 * @return its name, empty without samples
	 */
	public String firstFigure() {
		return figures().stream().findFirst().orElse("");
	}

	private Set<String> figures() {
		Set<String> figures = new LinkedHashSet<>();
		this.rows.values().forEach((row) -> figures.addAll(row.keySet()));
		return figures;
	}

	/**
	 * The table. In brackets, how a value relates to nchan's.
	 * @return Markdown
	 */
	public String toMarkdown() {
		Set<String> figures = figures();
		StringBuilder text = new StringBuilder("| |");
		figures.forEach((figure) -> text.append(' ').append(figure).append(" |"));
		text.append("\n|---|").append("---:|".repeat(figures.size())).append('\n');
		this.rows.forEach((rival, row) -> {
			text.append("| ").append(rival.title()).append(" |");
			figures.forEach((figure) -> text.append(' ').append(cell(figure, row.get(figure))).append(" |"));
			text.append('\n');
		});
		return text.toString();
	}

	private String cell(String figure, @Nullable Double value) {
		if (value == null) {
			return "";
		}
		Map<String, Double> nchan = this.rows.getOrDefault(Rival.NCHAN, Map.of());
		Double reference = nchan.get(figure);
		// A share of the machine's time is nothing to compare.
		if (reference == null || reference == 0 || figure.endsWith("%")) {
			return format(value);
		}
		return "%s (%s)".formatted(format(value), String.format(Locale.ROOT, "%.2f", value / reference));
	}

	private static String format(double value) {
		if (value >= 1000 || value == Math.rint(value)) {
			return String.format(Locale.ROOT, "%,.0f", value);
		}
		return String.format(Locale.ROOT, (value < 10) ? "%.2f" : "%.1f", value);
	}

}
