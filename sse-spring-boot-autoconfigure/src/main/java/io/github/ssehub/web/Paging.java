package io.github.ssehub.web;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.github.ssehub.InvalidArgumentException;

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
			throw new InvalidArgumentException("'page' must not be negative but is " + page);
		}
		if (size < 1 || size > MAX_SIZE) {
			throw new InvalidArgumentException("'size' must be between 1 and %d but is %d".formatted(MAX_SIZE, size));
		}
	}

	long offset() {
		return (long) this.page * this.size;
	}

	/**
	 * The page of a whole list.
	 */
	<T> Map<String, Object> page(String name, Collection<T> items, Function<T, Object> view, Set<String> unreachable) {
		return answer(name, items.stream().skip(offset()).limit(this.size).map(view).toList(), items.size(),
				unreachable);
	}

	/**
	 * The answer with a page.
	 * @param total how many items all pages have
	 * @param unreachable the nodes whose items are missing
	 */
	Map<String, Object> answer(String name, List<Object> page, long total, Set<String> unreachable) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put(name, page);
		answer.put("page", this.page);
		answer.put("size", this.size);
		answer.put("total", total);
		answer.put("unreachable_nodes", unreachable);
		return answer;
	}

}
