package io.github.ssehub.benchmarks.workload;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Measures rivals, each in a fresh process, as many rounds as wanted: one after the
 * other, or with all of them running when the workload goes by turns.
 */
public final class WorkloadRunner {

	private final int rounds;

	private final List<String> jvmArguments;

	private final List<String> properties;

	private final Consumer<String> progress;

	/**
	 * Creates a runner.
	 * @param rounds how often each rival is measured
	 * @param jvmArguments for the servers that run on Java
	 * @param properties for the starter
	 * @param progress told what is going on
	 */
	public WorkloadRunner(int rounds, List<String> jvmArguments, List<String> properties, Consumer<String> progress) {
		this.rounds = rounds;
		this.jvmArguments = List.copyOf(jvmArguments);
		this.properties = List.copyOf(properties);
		this.progress = progress;
	}

	/**
	 * How many samples there are of each rival when none fails.
	 * @param workload what is measured
	 * @return the number
	 */
	public int samplesOfEach(Workload workload) {
		return this.rounds * turns(workload);
	}

	private static int turns(Workload workload) {
		return (workload instanceof TurnWorkload turnWorkload) ? turnWorkload.turns() : 1;
	}

	/**
	 * Measures.
	 * @param workload what
	 * @param rivals whom
	 * @return the samples
	 */
	public List<Sample> run(Workload workload, List<Rival> rivals) {
		List<Sample> samples = new ArrayList<>();
		for (int round = 1; round <= this.rounds; round++) {
			if (workload instanceof TurnWorkload turnWorkload && turnWorkload.turns() > 1) {
				inTurns(turnWorkload, rivals, round, samples);
			}
			else {
				oneByOne(workload, rivals, round, samples);
			}
		}
		return samples;
	}

	private void oneByOne(Workload workload, List<Rival> rivals, int round, List<Sample> samples) {
		for (Rival rival : rivals) {
			try (RunningServer server = start(workload, rival)) {
				samples.add(sample(workload, rival, round, () -> workload.measure(server)));
			}
			catch (RuntimeException ex) {
				failed(workload, rival, ex);
			}
		}
	}

	private void inTurns(TurnWorkload workload, List<Rival> rivals, int round, List<Sample> samples) {
		List<Participant> participants = new ArrayList<>();
		try {
			for (Rival rival : rivals) {
				try {
					participants.add(Participant.begin(workload, rival, start(workload, rival)));
				}
				catch (RuntimeException ex) {
					failed(workload, rival, ex);
				}
			}
			for (int turn = 1; turn <= workload.turns(); turn++) {
				int number = (round - 1) * workload.turns() + turn;
				for (Participant participant : List.copyOf(participants)) {
					try {
						samples.add(sample(workload, participant.rival(), number, participant.turns()::take));
					}
					catch (RuntimeException ex) {
						failed(workload, participant.rival(), ex);
						participants.remove(participant);
						close(workload, participant);
					}
				}
				// Another one begins each time, or each would always follow the same.
				Collections.rotate(participants, -1);
			}
		}
		finally {
			participants.forEach((participant) -> close(workload, participant));
		}
	}

	private void close(Workload workload, Participant participant) {
		try {
			participant.close();
		}
		catch (RuntimeException ex) {
			failed(workload, participant.rival(), ex);
		}
	}

	private RunningServer start(Workload workload, Rival rival) {
		return rival.start(this.jvmArguments,
				Stream.concat(workload.properties().stream(), this.properties.stream()).toList());
	}

	private Sample sample(Workload workload, Rival rival, int number, Supplier<Map<String, Double>> measurement) {
		StolenTime stolen = new StolenTime();
		Map<String, Double> figures = new LinkedHashMap<>(measurement.get());
		stolen.percent().ifPresent((percent) -> figures.put("stolen %", percent));
		this.progress.accept("%s, sample %d, %s: %s".formatted(workload.name(), number, rival.title(), figures));
		return new Sample(workload.name(), rival, number, figures);
	}

	private void failed(Workload workload, Rival rival, RuntimeException ex) {
		this.progress.accept("%s, %s failed: %s".formatted(workload.name(), rival.title(), ex.getMessage()));
	}

	private record Participant(Rival rival, RunningServer server, TurnWorkload.Turns turns) implements AutoCloseable {

		private static Participant begin(TurnWorkload workload, Rival rival, RunningServer server) {
			try {
				return new Participant(rival, server, workload.begin(server));
			}
			catch (RuntimeException ex) {
				server.close();
				throw ex;
			}
		}

		@Override
		public void close() {
			try {
				this.turns.close();
			}
			finally {
				this.server.close();
			}
		}

	}

}
