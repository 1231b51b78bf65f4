package io.github.ssehub.benchmarks.client;

/**
 * Told what a stream brings, on the thread of the client.
 */
public interface StreamListener {

	/**
	 * The response began.
	 * @param status its status
	 * @param head all of its lines
	 */
	void onHead(int status, String head);

	/**
	 * The event that the starter opens a stream with.
	 */
	void onConnected();

	/**
	 * An event of the benchmark.
	 * @param sequence its number
	 * @param nanos when it was due, as {@link System#nanoTime()}, which all processes of
	 * a machine share
	 * @param length the bytes of its data
	 */
	void onEvent(long sequence, long nanos, int length);

	/**
	 * An event of another name, of the starter.
	 * @param name the name
	 * @param data the data
	 */
	void onOther(String name, String data);

	/**
	 * The body ended as the protocol wants it.
	 */
	void onEnd();

}
