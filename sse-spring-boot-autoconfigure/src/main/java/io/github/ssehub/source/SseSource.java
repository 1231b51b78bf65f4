package io.github.ssehub.source;

/**
 * Brings events from outside, such as the messages of a broker. Every bean of this type
 * is started after the delivery loops run, and stopped before they end.
 *
 * <pre class="code">
 * &#064;Component
 * class OrderSource implements SseSource {
 *
 *     &#064;Override
 *     public String name() {
 *         return "orders";
 *     }
 *
 *     &#064;Override
 *     public void start(SourceSink sink) {
 *         this.subscription = this.broker.subscribe((order) -&gt; sink.publish(Target.user(order.user()),
 *                 SseEvent.of("order", order)));
 *     }
 *
 *     &#064;Override
 *     public void stop() {
 *         this.subscription.close();
 *     }
 *
 * }
 * </pre>
 *
 * {@link #start} and {@link #stop} are called by one thread at a time and in turns.
 * {@link #check} may be called by any thread at any time.
 */
public interface SseSource {

	/**
	 * The name of the source in health, metrics and the log.
	 * @return always the same name, which no other source has: 1 to 64 of the characters
	 * {@code a-z}, {@code 0-9} and {@code -}
	 */
	String name();

	/**
	 * Starts to bring events. Returns soon: what has to wait, for a connection for
	 * instance, does so on a thread of the source. When this throws, the source has
	 * nothing left open; the other sources and the application start all the same, and
	 * this is called again later.
	 * @param sink where events go until {@link #stop} returns
	 * @throws Exception if the source cannot start at the moment, with the reason as its
	 * message
	 */
	void start(SourceSink sink) throws Exception;

	/**
	 * Stops to bring events. Called after each start that did not throw. When this
	 * returns, the sink is not used any more. The source may be started again.
	 * @throws Exception if something was left open, which is logged
	 */
	void stop() throws Exception;

	/**
	 * Returns when the source works, without waiting. Called only between start and stop.
	 * @throws Exception if it does not work at the moment, with the reason as its message
	 */
	default void check() throws Exception {
	}

}
