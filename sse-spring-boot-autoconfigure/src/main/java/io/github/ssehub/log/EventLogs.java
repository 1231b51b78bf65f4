package io.github.ssehub.log;

/**
 * Makes the event logs that need nothing but this library.
 */
public final class EventLogs {

	private EventLogs() {
	}

	/**
	 * A log in the memory of this process. It starts empty, with a new epoch.
	 * @param limits how much it keeps
	 * @return the log
	 */
	public static EventLog inMemory(LogLimits limits) {
		return new MemoryEventLog(limits, System::nanoTime);
	}

}
