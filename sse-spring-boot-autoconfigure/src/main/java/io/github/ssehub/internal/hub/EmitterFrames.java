package io.github.ssehub.internal.hub;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.ssehub.internal.wire.Frame;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter.DataWithMediaType;

/**
 * Encodes what an application sends through the methods of
 * {@link org.springframework.web.servlet.mvc.method.annotation.SseEmitter}, whose event
 * builder has written the field names already.
 */
final class EmitterFrames {

	private static final Pattern LINE_END = Pattern.compile("\\r\\n|\\r|\\n");

	private EmitterFrames() {
	}

	static Frame encode(Set<DataWithMediaType> items, DataConverter converter) {
		StringBuilder text = new StringBuilder();
		for (DataWithMediaType item : items) {
			// A string has the builder's field names in it, or no line end.
			if (item.getData() instanceof String string) {
				text.append(string);
			}
			else {
				// Other text, or JSON, of several lines must stay within the data field.
				text.append(LINE_END.matcher(converter.convert(item.getData())).replaceAll("\ndata:"));
			}
		}
		return new Frame(text.toString().getBytes(StandardCharsets.UTF_8), null, true);
	}

}
