package io.github.ssehub.metrics;

import io.github.ssehub.SseConnection;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationFilter;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.observation.ServerRequestObservationContext;

/**
 * Keeps streams out of {@code http.server.requests}: one sample of an hour makes its
 * maximum and its percentiles worthless.
 *
 * Whether a request is a stream is known when a controller has returned a connection, and
 * the observation was started before. So it is renamed when it stops, and meters of the
 * new name are denied.
 */
final class StreamObservations implements ObservationFilter, MeterFilter {

	static final String STREAM_NAME = "sse.http.server.requests";

	@Override
	public Observation.Context map(Observation.Context context) {
		if (context instanceof ServerRequestObservationContext request && isStream(request.getCarrier())) {
			context.setName(STREAM_NAME);
		}
		return context;
	}

	private static boolean isStream(@Nullable HttpServletRequest request) {
		return request != null && request.getAttribute(SseConnection.class.getName()) != null;
	}

	@Override
	public MeterFilterReply accept(Meter.Id id) {
		return id.getName().equals(STREAM_NAME) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
	}

}
