package io.github.ssehub.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.github.ssehub.benchmarks.workload.Sample;
import io.github.ssehub.benchmarks.workload.Workload;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run of a workload brought, as it is kept.
 *
 * @param workload the name of the workload
 * @param description what it does
 * @param time when it ended
 * @param machine where it ran
 * @param samples what was measured
 */
public record RawResults(String workload, String description, Instant time, Machine machine, List<Sample> samples) {

	private static final JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	/**
	 * Describes a run that has just ended.
	 * @param workload the workload
	 * @param samples the samples
	 * @return the results
	 */
	public static RawResults of(Workload workload, List<Sample> samples) {
		return new RawResults(workload.name(), workload.description(), Instant.now().truncatedTo(ChronoUnit.SECONDS),
				Machine.here(), samples);
	}

	/**
	 * Reads results.
	 * @param file a file that {@link #write} wrote
	 * @return the results
	 */
	public static RawResults read(Path file) {
		return mapper.readValue(file, RawResults.class);
	}

	/**
	 * Writes the results into {@code <workload>.json}.
	 * @param folder the folder, created if it is missing
	 * @return the file
	 * @throws IOException if it cannot be written
	 */
	public Path write(Path folder) throws IOException {
		Files.createDirectories(folder);
		Path file = folder.resolve(this.workload + ".json");
		Files.writeString(file, mapper.writeValueAsString(this) + "\n");
		return file;
	}

}
