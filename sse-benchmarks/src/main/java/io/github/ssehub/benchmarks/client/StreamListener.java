package io.github.ssehub.benchmarks.client;

/**
 * Told what a stream brings, on the thread of the client.
 */
interface StreamListener {

	/**
	 * The response began.
	 * @param status its status
	 */
	void onHead(int status);

	/**
	 * The event that the starter opens a stream with.
	 */
	void onConnected();

	/**
	 * An event of the benchmark.
	 * @param sequence its number
	 * @param nanos when it was due, as {@link System#nanoTime()}, which all processes of
	 * a machine share
	 */
	void onEvent(long sequence, long nanos);

	/**
	 * An event of another name, of the starter.
	 * @param name the name
	 */
	void onOther(String name);

	/**
	 * The body ended as the protocol wants it.
	 */
	void onEnd();

}
