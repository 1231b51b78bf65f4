package io.github.ssehub.autoconfigure;

import java.time.Duration;

import io.github.ssehub.HeartbeatMode;
import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.UserLimitPolicy;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class SsePropertiesTests {

	@Test
	void hasTheDocumentedDefaults() {
		SseProperties properties = new SseProperties();
		assertThat(properties.isEnabled()).isTrue();
		assertThat(properties.getPath()).isEqualTo("/api/sse");
		assertThat(properties.getMaxConnections()).isEqualTo(10000);
		assertThat(properties.getMaxConnectionsPerUser()).isZero();
		assertThat(properties.getUserLimitPolicy()).isEqualTo(UserLimitPolicy.NEWEST_WINS);
		assertThat(properties.getMaxEventSize()).isEqualTo(DataSize.ofKilobytes(256));
		assertThat(properties.getClientTimeout()).isEqualTo(Duration.ofMinutes(5));
		assertThat(properties.getMaxLifetime()).isNull();
		assertThat(properties.getRetry()).isEqualTo(Duration.ofSeconds(3));
		assertThat(properties.getBuffer().getEvents()).isEqualTo(256);
		assertThat(properties.getBuffer().getBytes()).isEqualTo(DataSize.ofMegabytes(1));
		assertThat(properties.getBuffer().getOverflow()).isEqualTo(OverflowPolicy.DISCONNECT);
		assertThat(properties.getHeartbeat().getInterval()).isEqualTo(Duration.ofSeconds(30));
		assertThat(properties.getHeartbeat().getMode()).isEqualTo(HeartbeatMode.COMMENT);
		assertThat(properties.getTopics().isEnabled()).isTrue();
		assertThat(properties.getDelivery().getThreads()).isNull();
		assertThat(properties.getDelivery().getInboxEvents()).isEqualTo(8192);
		assertThat(properties.getDelivery().getPublishTimeout()).isEqualTo(Duration.ofSeconds(5));
		assertThat(properties.getDelivery().getBatchInterval()).isZero();
		assertThat(properties.getLog().getType()).isEqualTo(SseProperties.Log.Type.MEMORY);
		assertThat(properties.getLog().getHistory()).isEqualTo(1000);
		assertThat(properties.getLog().getRedis().getKey()).isEqualTo("sse:log");
		assertThat(properties.getLog().getRedis().getTimeout()).isEqualTo(Duration.ofSeconds(5));
		assertThat(properties.getCluster().getNodeName()).isNull();
		assertThat(properties.getCluster().getTimeout()).isEqualTo(Duration.ofSeconds(1));
		assertThat(properties.getSource().getRedis().getChannels()).isEmpty();
		assertThat(properties.getSource().getRedis().getQueueMessages()).isEqualTo(1000);
		assertThat(properties.getSource().getRedis().getQueueBytes()).isEqualTo(DataSize.ofMegabytes(16));
		assertThat(properties.getSecurity().getAdminRole()).isEqualTo("ADMIN");
		assertThat(properties.getSecurity().getConnect()).isEqualTo(SseProperties.Security.ConnectAccess.AUTHENTICATED);
		assertThat(properties.getTomcat().getWriteTimeout()).isEqualTo(Duration.ofSeconds(20));
		assertThat(properties.getTomcat().getSendBufferSize()).isNull();
		assertThat(properties.getTomcat().getReadBufferSize()).isNull();
		assertThat(properties.getJetty().getSendBufferSize()).isNull();
		PropertyChecks.check(properties);
	}

}
