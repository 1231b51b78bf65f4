package io.github.ssehub.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Which part of a long list is wanted.
 *
 * @param page the number of the page, from 0
 * @param size how many items a page has, 1 to 1000
 */
record Paging(int page, int size) {

	private static final int MAX_SIZE = 1000;

	Paging {
		if (page < 0) {
			throw new IllegalArgumentException("'page' must not be negative but is " + page);
		}
		if (size < 1 || size > MAX_SIZE) {
			throw new IllegalArgumentException("'size' must be between 1 and %d but is %d".formatted(MAX_SIZE, size));
		}
	}

	<T> Map<String, Object> answer(String name, List<T> items, Function<T, Object> view) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put(name, items.stream().skip((long) this.page * this.size).limit(this.size).map(view).toList());
		answer.put("page", this.page);
		answer.put("size", this.size);
		answer.put("total", items.size());
		return answer;
	}

}
