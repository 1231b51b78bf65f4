package io.github.ssehub.web;

import java.io.IOException;
import java.util.Map;

import io.github.ssehub.internal.json.OwnJson;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.MediaType;

/**
 * Writes the answers of the endpoints. The application's message converters and body
 * advice have no part in it: they may leave out what is {@code null}, rename fields, wrap
 * the answer, or write no JSON at all.
 */
final class JsonResponse {

	private JsonResponse() {
	}

	static void write(Map<String, Object> answer, HttpServletResponse response) throws IOException {
		write(answer, MediaType.APPLICATION_JSON_VALUE, response);
	}

	static void write(Map<String, Object> answer, String contentType, HttpServletResponse response) throws IOException {
		byte[] body = OwnJson.bytes(answer);
		// An encoding that the application forces on its responses would be a wrong
		// label.
		response.setCharacterEncoding((String) null);
		response.setContentType(contentType);
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

}
