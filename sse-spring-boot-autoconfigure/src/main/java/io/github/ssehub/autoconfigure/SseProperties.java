package io.github.ssehub.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.ssehub.HeartbeatMode;
import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.UserLimitPolicy;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * The properties of the starter.
 */
@ConfigurationProperties("sse")
public class SseProperties {

	/**
	 * Whether Server-Sent Events are switched on.
	 */
	private boolean enabled = true;

	/**
	 * Path below which the REST endpoints are.
	 */
	private String path = "/api/sse";

	/**
	 * Maximum number of open connections on this node. 0 means no limit.
	 */
	private int maxConnections = 10000;

	/**
	 * Maximum number of open connections of one user on this node. 0 means no limit.
	 */
	private int maxConnectionsPerUser = 0;

	/**
	 * What happens when a user opens more connections than that. Connections whose
	 * clients are gone make room first.
	 */
	private UserLimitPolicy userLimitPolicy = UserLimitPolicy.NEWEST_WINS;

	/**
	 * Maximum size of an event, encoded but without its id, and of the body of a request
	 * that publishes one.
	 */
	private DataSize maxEventSize = DataSize.ofKilobytes(256);

	/**
	 * How long a client may take nothing before its connection is closed. At least twice
	 * the heartbeat interval.
	 */
	private Duration clientTimeout = Duration.ofMinutes(5);

	/**
	 * How long a connection may last. The actual time is between 80 and 100 percent of
	 * it, so that clients do not reconnect together. Not limited by default.
	 */
	private @Nullable Duration maxLifetime;

	/**
	 * How long clients are told to wait before they reconnect.
	 */
	private Duration retry = Duration.ofSeconds(3);

	private final Buffer buffer = new Buffer();

	private final Heartbeat heartbeat = new Heartbeat();

	private final Topics topics = new Topics();

	private final Delivery delivery = new Delivery();

	private final Log log = new Log();

	private final Cluster cluster = new Cluster();

	private final Source source = new Source();

	private final Security security = new Security();

	private final Cors cors = new Cors();

	private final Shutdown shutdown = new Shutdown();

	private final Metrics metrics = new Metrics();

	private final Tomcat tomcat = new Tomcat();

	private final Jetty jetty = new Jetty();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public String getPath() {
		return this.path;
	}

	public void setPath(String path) {
		this.path = path;
	}

	public int getMaxConnections() {
		return this.maxConnections;
	}

	public void setMaxConnections(int maxConnections) {
		this.maxConnections = maxConnections;
	}

	public int getMaxConnectionsPerUser() {
		return this.maxConnectionsPerUser;
	}

	public void setMaxConnectionsPerUser(int maxConnectionsPerUser) {
		this.maxConnectionsPerUser = maxConnectionsPerUser;
	}

	public UserLimitPolicy getUserLimitPolicy() {
		return this.userLimitPolicy;
	}

	public void setUserLimitPolicy(UserLimitPolicy userLimitPolicy) {
		this.userLimitPolicy = userLimitPolicy;
	}

	public DataSize getMaxEventSize() {
		return this.maxEventSize;
	}

	public void setMaxEventSize(DataSize maxEventSize) {
		this.maxEventSize = maxEventSize;
	}

	public Duration getClientTimeout() {
		return this.clientTimeout;
	}

	public void setClientTimeout(Duration clientTimeout) {
		this.clientTimeout = clientTimeout;
	}

	public @Nullable Duration getMaxLifetime() {
		return this.maxLifetime;
	}

	public void setMaxLifetime(@Nullable Duration maxLifetime) {
		this.maxLifetime = maxLifetime;
	}

	public Duration getRetry() {
		return this.retry;
	}

	public void setRetry(Duration retry) {
		this.retry = retry;
	}

	public Buffer getBuffer() {
		return this.buffer;
	}

	public Heartbeat getHeartbeat() {
		return this.heartbeat;
	}

	public Topics getTopics() {
		return this.topics;
	}

	public Delivery getDelivery() {
		return this.delivery;
	}

	public Log getLog() {
		return this.log;
	}

	public Cluster getCluster() {
		return this.cluster;
	}

	public Source getSource() {
		return this.source;
	}

	public Security getSecurity() {
		return this.security;
	}

	public Cors getCors() {
		return this.cors;
	}

	public Shutdown getShutdown() {
		return this.shutdown;
	}

	public Metrics getMetrics() {
		return this.metrics;
	}

	public Tomcat getTomcat() {
		return this.tomcat;
	}

	public Jetty getJetty() {
		return this.jetty;
	}

	/**
	 * What waits for a connection.
	 */
	public static class Buffer {

		/**
		 * Maximum number of events that wait for one connection.
		 */
		private int events = 256;

		/**
		 * Maximum number of bytes that wait for one connection. At least the maximum size
		 * of an event.
		 */
		private DataSize bytes = DataSize.ofMegabytes(1);

		/**
		 * What happens when an event comes to a connection whose buffer is full.
		 */
		private OverflowPolicy overflow = OverflowPolicy.DISCONNECT;

		/**
		 * How long SseConnection.send may wait for a client that takes nothing, before
		 * the connection is closed as slow-consumer; 0 means not at all.
		 */
		private Duration sendTimeout = Duration.ofSeconds(30);

		public int getEvents() {
			return this.events;
		}

		public void setEvents(int events) {
			this.events = events;
		}

		public DataSize getBytes() {
			return this.bytes;
		}

		public void setBytes(DataSize bytes) {
			this.bytes = bytes;
		}

		public OverflowPolicy getOverflow() {
			return this.overflow;
		}

		public void setOverflow(OverflowPolicy overflow) {
			this.overflow = overflow;
		}

		public Duration getSendTimeout() {
			return this.sendTimeout;
		}

		public void setSendTimeout(Duration sendTimeout) {
			this.sendTimeout = sendTimeout;
		}

	}

	/**
	 * What keeps idle connections alive.
	 */
	public static class Heartbeat {

		/**
		 * How long a connection may be idle before something is written to it. At least 5
		 * seconds.
		 */
		private Duration interval = Duration.ofSeconds(30);

		/**
		 * What is written to an idle connection.
		 */
		private HeartbeatMode mode = HeartbeatMode.COMMENT;

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

		public HeartbeatMode getMode() {
			return this.mode;
		}

		public void setMode(HeartbeatMode mode) {
			this.mode = mode;
		}

	}

	/**
	 * Topics.
	 */
	public static class Topics {

		/**
		 * Whether connections can subscribe to topics.
		 */
		private boolean enabled = true;

		/**
		 * Maximum number of topics of one connection.
		 */
		private int maxPerConnection = 64;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public int getMaxPerConnection() {
			return this.maxPerConnection;
		}

		public void setMaxPerConnection(int maxPerConnection) {
			this.maxPerConnection = maxPerConnection;
		}

	}

	/**
	 * The delivery loops.
	 */
	public static class Delivery {

		/**
		 * Number of delivery loops. By default the number of processors, at most 4.
		 */
		private @Nullable Integer threads;

		/**
		 * Number of events that may wait for a delivery loop before publishers have to
		 * wait for it.
		 */
		private int inboxEvents = 8192;

		/**
		 * How long a publisher waits for delivery loops that have no room. Then the event
		 * is not published. 0 means not to wait.
		 */
		private Duration publishTimeout = Duration.ofSeconds(5);

		/**
		 * Maximum time that events wait after others were delivered, so that more of them
		 * go out in one write. Saves processor time where events follow each other
		 * closely. 0 means that each is delivered at once.
		 */
		private Duration batchInterval = Duration.ofSeconds(0);

		public @Nullable Integer getThreads() {
			return this.threads;
		}

		public void setThreads(@Nullable Integer threads) {
			this.threads = threads;
		}

		public int getInboxEvents() {
			return this.inboxEvents;
		}

		public void setInboxEvents(int inboxEvents) {
			this.inboxEvents = inboxEvents;
		}

		public Duration getPublishTimeout() {
			return this.publishTimeout;
		}

		public void setPublishTimeout(Duration publishTimeout) {
			this.publishTimeout = publishTimeout;
		}

		public Duration getBatchInterval() {
			return this.batchInterval;
		}

		public void setBatchInterval(Duration batchInterval) {
			this.batchInterval = batchInterval;
		}

	}

	/**
	 * The event log.
	 */
	public static class Log {

		/**
		 * Kind of event log.
		 */
		private Type type = Type.MEMORY;

		/**
		 * Number of events that are kept for replay. 0 means none.
		 */
		private int history = 1000;

		/**
		 * Maximum size of all events that are kept for replay.
		 */
		private DataSize maxBytes = DataSize.ofMegabytes(64);

		/**
		 * How long an event is kept for replay. Not limited by default.
		 */
		private @Nullable Duration maxAge;

		private final Idempotency idempotency = new Idempotency();

		private final Redis redis = new Redis();

		public Type getType() {
			return this.type;
		}

		public void setType(Type type) {
			this.type = type;
		}

		public int getHistory() {
			return this.history;
		}

		public void setHistory(int history) {
			this.history = history;
		}

		public DataSize getMaxBytes() {
			return this.maxBytes;
		}

		public void setMaxBytes(DataSize maxBytes) {
			this.maxBytes = maxBytes;
		}

		public @Nullable Duration getMaxAge() {
			return this.maxAge;
		}

		public void setMaxAge(@Nullable Duration maxAge) {
			this.maxAge = maxAge;
		}

		public Idempotency getIdempotency() {
			return this.idempotency;
		}

		public Redis getRedis() {
			return this.redis;
		}

		/**
		 * Kinds of event log.
		 */
		public enum Type {

			/**
			 * In the memory of this process. A restart loses it.
			 */
			MEMORY,

			/**
			 * A Redis Stream that all nodes of the application share.
			 */
			REDIS

		}

		/**
		 * The log in Redis. Its connections are those of {@code spring.data.redis.*}.
		 */
		public static class Redis {

			/**
			 * Key of the stream. All nodes of an application have the same one, and every
			 * other key of the log begins with it in braces.
			 */
			private String key = "sse:log";

			/**
			 * How long publishing and replaying wait for Redis.
			 */
			private Duration timeout = Duration.ofSeconds(5);

			public String getKey() {
				return this.key;
			}

			public void setKey(String key) {
				this.key = key;
			}

			public Duration getTimeout() {
				return this.timeout;
			}

			public void setTimeout(Duration timeout) {
				this.timeout = timeout;
			}

		}

		/**
		 * Publishing the same id twice.
		 */
		public static class Idempotency {

			/**
			 * How long the id of a published event is remembered: publishing it again
			 * within that time delivers nothing.
			 */
			private Duration window = Duration.ofMinutes(5);

			/**
			 * Maximum number of ids that are remembered.
			 */
			private int maxIds = 10000;

			public Duration getWindow() {
				return this.window;
			}

			public void setWindow(Duration window) {
				this.window = window;
			}

			public int getMaxIds() {
				return this.maxIds;
			}

			public void setMaxIds(int maxIds) {
				this.maxIds = maxIds;
			}

		}

	}

	/**
	 * Properties of the nodes that share an event log.
	 */
	public static class Cluster {

		/**
		 * What the id of this node begins with. The name of the host by default.
		 */
		private @Nullable String nodeName;

		/**
		 * How long to wait for the answers of the other nodes.
		 */
		private Duration timeout = Duration.ofSeconds(1);

		public @Nullable String getNodeName() {
			return this.nodeName;
		}

		public void setNodeName(@Nullable String nodeName) {
			this.nodeName = nodeName;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

	}

	/**
	 * Events from outside.
	 */
	public static class Source {

		private final Redis redis = new Redis();

		public Redis getRedis() {
			return this.redis;
		}

		/**
		 * Events from Redis Pub/Sub. The connections are those of
		 * {@code spring.data.redis.*}.
		 */
		public static class Redis {

			/**
			 * Comma-separated list of channels whose messages are published as events.
			 * None by default.
			 */
			private List<String> channels = new ArrayList<>();

			/**
			 * Maximum number of messages that wait to be published. More are rejected.
			 */
			private int queueMessages = 1000;

			/**
			 * Maximum size of all messages that wait to be published. At least the
			 * maximum size of an event.
			 */
			private DataSize queueBytes = DataSize.ofMegabytes(16);

			public List<String> getChannels() {
				return this.channels;
			}

			public void setChannels(List<String> channels) {
				this.channels = channels;
			}

			public int getQueueMessages() {
				return this.queueMessages;
			}

			public void setQueueMessages(int queueMessages) {
				this.queueMessages = queueMessages;
			}

			public DataSize getQueueBytes() {
				return this.queueBytes;
			}

			public void setQueueBytes(DataSize queueBytes) {
				this.queueBytes = queueBytes;
			}

		}

	}

	/**
	 * Who may do what.
	 */
	public static class Security {

		/**
		 * Who may open a connection.
		 */
		private ConnectAccess connect = ConnectAccess.AUTHENTICATED;

		/**
		 * Role that may publish, look at all connections and end them.
		 */
		private String adminRole = "ADMIN";

		/**
		 * Whether everybody may publish, look at all connections and end them when Spring
		 * Security is not there to ask. Only for networks where nobody unknown is.
		 */
		private boolean exposeAdminWithoutAuthentication = false;

		public ConnectAccess getConnect() {
			return this.connect;
		}

		public void setConnect(ConnectAccess connect) {
			this.connect = connect;
		}

		public String getAdminRole() {
			return this.adminRole;
		}

		public void setAdminRole(String adminRole) {
			this.adminRole = adminRole;
		}

		public boolean isExposeAdminWithoutAuthentication() {
			return this.exposeAdminWithoutAuthentication;
		}

		public void setExposeAdminWithoutAuthentication(boolean exposeAdminWithoutAuthentication) {
			this.exposeAdminWithoutAuthentication = exposeAdminWithoutAuthentication;
		}

		/**
		 * Who may open a connection.
		 */
		public enum ConnectAccess {

			/**
			 * Authenticated users.
			 */
			AUTHENTICATED,

			/**
			 * Everybody.
			 */
			PERMIT_ALL

		}

	}

	/**
	 * Pages from other origins.
	 */
	public static class Cors {

		/**
		 * Comma-separated list of origins whose pages may use the endpoints, such as
		 * https://app.example.com. None by default.
		 */
		private List<String> allowedOrigins = new ArrayList<>();

		/**
		 * Whether those pages may send cookies and authentication.
		 */
		private boolean allowCredentials = true;

		/**
		 * How long a browser may remember the answer to a preflight request.
		 */
		private Duration maxAge = Duration.ofMinutes(30);

		public List<String> getAllowedOrigins() {
			return this.allowedOrigins;
		}

		public void setAllowedOrigins(List<String> allowedOrigins) {
			this.allowedOrigins = allowedOrigins;
		}

		public boolean isAllowCredentials() {
			return this.allowCredentials;
		}

		public void setAllowCredentials(boolean allowCredentials) {
			this.allowCredentials = allowCredentials;
		}

		public Duration getMaxAge() {
			return this.maxAge;
		}

		public void setMaxAge(Duration maxAge) {
			this.maxAge = maxAge;
		}

	}

	/**
	 * The end of the application.
	 */
	public static class Shutdown {

		/**
		 * How long closing all connections may take when the application shuts down.
		 */
		private Duration drainTime = Duration.ofSeconds(3);

		public Duration getDrainTime() {
			return this.drainTime;
		}

		public void setDrainTime(Duration drainTime) {
			this.drainTime = drainTime;
		}

	}

	/**
	 * Metrics.
	 */
	public static class Metrics {

		/**
		 * Whether meters are registered.
		 */
		private boolean enabled = true;

		/**
		 * Whether streams are counted among http.server.requests, which their duration
		 * distorts.
		 */
		private boolean httpServerRequests = false;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public boolean isHttpServerRequests() {
			return this.httpServerRequests;
		}

		public void setHttpServerRequests(boolean httpServerRequests) {
			this.httpServerRequests = httpServerRequests;
		}

	}

	/**
	 * The embedded Tomcat.
	 */
	public static class Tomcat {

		/**
		 * How long Tomcat waits for a client that takes nothing of an HTTP/1.1 response
		 * before it gives the connection up. Holds for every response, and for reading
		 * the head of a request. Has no effect when the application sets
		 * server.tomcat.connection-timeout.
		 */
		private Duration writeTimeout = Duration.ofSeconds(20);

		/**
		 * Size of the operating system's send buffer (SO_SNDBUF) of each connection.
		 * Bounds what it takes for a client that does not read, and the speed of large
		 * responses over long distances. Left to the operating system by default.
		 */
		private @Nullable DataSize sendBufferSize;

		/**
		 * Size of the buffer a connection is read into. An idle stream keeps it twice, so
		 * that 1KB saves 14KB of heap for each; large request bodies are read more
		 * slowly. Tomcat's default is 8KB. Without effect under TLS.
		 */
		private @Nullable DataSize readBufferSize;

		public Duration getWriteTimeout() {
			return this.writeTimeout;
		}

		public void setWriteTimeout(Duration writeTimeout) {
			this.writeTimeout = writeTimeout;
		}

		public @Nullable DataSize getSendBufferSize() {
			return this.sendBufferSize;
		}

		public void setSendBufferSize(@Nullable DataSize sendBufferSize) {
			this.sendBufferSize = sendBufferSize;
		}

		public @Nullable DataSize getReadBufferSize() {
			return this.readBufferSize;
		}

		public void setReadBufferSize(@Nullable DataSize readBufferSize) {
			this.readBufferSize = readBufferSize;
		}

	}

	/**
	 * The embedded Jetty.
	 */
	public static class Jetty {

		/**
		 * Size of the operating system's send buffer (SO_SNDBUF) of each connection.
		 * Bounds what it takes for a client that does not read, and the speed of large
		 * responses over long distances. Left to the operating system by default.
		 */
		private @Nullable DataSize sendBufferSize;

		public @Nullable DataSize getSendBufferSize() {
			return this.sendBufferSize;
		}

		public void setSendBufferSize(@Nullable DataSize sendBufferSize) {
			this.sendBufferSize = sendBufferSize;
		}

	}

}
