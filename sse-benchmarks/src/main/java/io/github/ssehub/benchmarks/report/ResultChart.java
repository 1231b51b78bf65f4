package io.github.ssehub.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.ssehub.benchmarks.workload.Rival;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;

/**
 * Draws a figure of a workload as bars, one for the median of each rival.
 */
public final class ResultChart {

	private static final int WIDTH = 900;

	private static final int HEIGHT = 420;

	private ResultChart() {
	}

	/**
	 * Draws the workload's first figure.
	 * @param results what was measured
	 * @param folder where to write {@code <workload>.png}
	 * @return the picture
	 * @throws IOException if it cannot be written
	 */
	public static Path write(RawResults results, Path folder) throws IOException {
		ResultTable table = new ResultTable(results.samples());
		String figure = table.firstFigure();
		Map<Rival, Double> values = table.values(figure);
		List<String> titles = values.keySet().stream().map(Rival::title).toList();
		CategoryChart chart = new CategoryChartBuilder().width(WIDTH)
			.height(HEIGHT)
			.theme(ChartTheme.GGPlot2)
			.title(results.description())
			.yAxisTitle(figure)
			.build();
		chart.getStyler().setLabelsVisible(true).setAvailableSpaceFill(0.5);
		chart.getStyler().setLegendVisible(false).setDecimalPattern("#,##0.##");
		chart.addSeries(figure, titles, List.copyOf(values.values()));
		Path file = folder.resolve(results.workload() + ".png");
		BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
		return file;
	}

}
