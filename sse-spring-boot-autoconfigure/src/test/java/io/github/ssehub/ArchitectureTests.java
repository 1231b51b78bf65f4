package io.github.ssehub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which package may use which. Each violation names the class and what it uses.
 */
class ArchitectureTests {

	private static final String BASE = "io.github.ssehub";

	/** All packages, and our own packages that each may use. */
	private static final List<Arrow> ARROWS = List.of(new Arrow("", Set.of()), new Arrow("log", Set.of("")),
			new Arrow("internal.wire", Set.of("")), new Arrow("internal.delivery", Set.of("", "internal.wire")),
			new Arrow("internal.json", Set.of()),
			new Arrow("internal.hub", Set.of("", "log", "internal.json", "internal.wire", "internal.delivery")),
			new Arrow("autoconfigure", Set.of("", "log", "internal.wire", "internal.delivery", "internal.hub")),
			new Arrow("security", Set.of("", "internal.hub", "autoconfigure")), new Arrow("internal.redis", Set.of()),
			new Arrow("internal.retry", Set.of()),
			new Arrow("log.redis", Set.of("", "log", "internal.redis", "internal.retry", "autoconfigure")),
			new Arrow("cluster", Set.of("", "log", "internal.hub", "internal.retry", "autoconfigure")),
			new Arrow("source", Set.of("", "log", "internal.json", "internal.retry", "autoconfigure")),
			new Arrow("source.redis", Set.of("", "log", "source", "internal.redis", "internal.retry", "autoconfigure")),
			new Arrow("web",
					Set.of("", "log", "internal.json", "internal.wire", "internal.delivery", "internal.hub", "security",
							"autoconfigure", "cluster")),
			new Arrow("metrics",
					Set.of("", "log", "internal.wire", "internal.delivery", "internal.hub", "cluster", "source",
							"autoconfigure")),
			new Arrow("actuate", Set.of("", "log", "internal.wire", "internal.delivery", "internal.hub", "cluster",
					"source", "autoconfigure")));

	private static JavaClasses classes;

	@BeforeAll
	static void importClasses() {
		classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(BASE);
	}

	static Stream<Arguments> arrows() {
		return ARROWS.stream().map((arrow) -> Arguments.of(arrow.name(), arrow.allowed()));
	}

	@ParameterizedTest
	@MethodSource("arrows")
	void usesOnlyThePackagesItMay(String name, Set<String> allowed) {
		Set<String> all = new TreeSet<>(allowed);
		all.add(name);
		String[] packages = all.stream().map(ArchitectureTests::packageName).toArray(String[]::new);
		classes().that()
			.resideInAPackage(packageName(name))
			.should()
			.onlyDependOnClassesThat(resideInAnyPackage(packages).or(not(resideInAnyPackage(BASE, BASE + "..")))
				.as("reside in one of " + all + " or not be ours"))
			.because("an arrow that is not in this test couples what can be understood and changed on its own")
			.check(classes);
	}

	@Test
	void hasAnArrowForEachPackage() {
		assertThat(classes.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
			.as("a new package needs its arrows in this test")
			.containsExactlyInAnyOrderElementsOf(
					ARROWS.stream().map((arrow) -> packageName(arrow.name())).collect(Collectors.toSet()));
	}

	@Test
	void hasNoCycles() {
		SlicesRuleDefinition.slices()
			.assignedFrom(new PackageSlices())
			.should()
			.beFreeOfCycles()
			.because("packages in a cycle are one package")
			.check(classes);
	}

	@Test
	void hasAnApiOfTheJdkTheEmitterAndErrorResponsesAlone() {
		classes().that()
			.resideInAPackage(BASE)
			.should()
			.onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify..", BASE)
				.or(nameMatching("org\\.springframework\\.web\\.servlet\\.mvc\\.method\\.annotation\\."
						+ "(SseEmitter|ResponseBodyEmitter)(\\$.*)?"))
				.or(nameMatching("org\\.springframework\\.(web\\.ErrorResponse"
						+ "|http\\.(HttpHeaders|HttpStatus|HttpStatusCode|ProblemDetail|server\\.ServerHttpResponse))"))
				.as("are the JDK's, JSpecify's, an emitter, an error response or part of the API"))
			.because("whoever uses the API should see no other library through it")
			.check(classes);
	}

	@Test
	void hasALogSpiOfTheJdkAlone() {
		classes().that()
			.resideInAPackage(BASE + ".log")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify..", BASE, BASE + ".log")
			.because("an event log is written against this package, by people who need not know Spring")
			.check(classes);
	}

	@Test
	void hasAnEngineWithoutBootAndServlets() {
		noClasses().that()
			.resideInAPackage(BASE + ".internal..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot..", "org.springframework.context..",
					"org.springframework.beans..", "jakarta.servlet..", "org.springframework.security..",
					"io.micrometer..")
			.because("the engine is tested and reasoned about without a container")
			.check(classes);
		noClasses().that()
			.resideInAPackage(BASE + ".internal..")
			.and()
			.resideOutsideOfPackage(BASE + ".internal.json")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("tools.jackson..", "com.fasterxml..")
			.because("the engine has one mapper, which no application configures")
			.check(classes);
	}

	@Test
	void hasEachOptionalLibraryInOnePlace() {
		assertOnlyIn("io.micrometer..", "metrics", "actuate");
		assertOnlyIn("org.springframework.boot.actuate..", "actuate");
		assertOnlyIn("org.springframework.boot.health..", "actuate");
		assertOnlyIn("org.springframework.security..", "security");
		assertOnlyIn("org.springframework.data..", "internal.redis", "log.redis", "source.redis");
		assertOnlyIn("io.lettuce..", "internal.redis");
		assertOnlyIn("org.apache.catalina..", "autoconfigure", "web");
		assertOnlyIn("org.eclipse.jetty..", "autoconfigure", "web");
	}

	private static void assertOnlyIn(String library, String... names) {
		String[] packages = Stream.of(names).map(ArchitectureTests::packageName).toArray(String[]::new);
		noClasses().that()
			.resideOutsideOfPackages(packages)
			.should()
			.dependOnClassesThat()
			.resideInAPackage(library)
			.because("an application without that library must still start")
			.check(classes);
	}

	@Test
	void hasNoApplicationCodeOnTheClasspathOfItsTests() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.junit..", "org.assertj..", "org.mockito..", BASE + ".test..")
			.because("main code that needs a test library fails in every application")
			.check(classes);
	}

	@Test
	void hasPublicFinalAutoConfigurationsThatAreListed() throws IOException {
		classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.andShould()
			.haveSimpleNameEndingWith("AutoConfiguration")
			.because("Boot loads them by name, and nobody is meant to extend them")
			.check(classes);
		Set<String> annotated = classes.stream()
			.filter((type) -> type.isAnnotatedWith(AutoConfiguration.class))
			.map(JavaClass::getName)
			.collect(Collectors.toSet());
		assertThat(imports()).as("the .imports file").containsExactlyInAnyOrderElementsOf(annotated);
	}

	private static List<String> imports() throws IOException {
		try (InputStream stream = ArchitectureTests.class
			.getResourceAsStream("/META-INF/spring/" + AutoConfiguration.class.getName() + ".imports")) {
			assertThat(stream).isNotNull();
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines()
				.map(String::strip)
				.filter((line) -> !line.isEmpty() && !line.startsWith("#"))
				.toList();
		}
	}

	@Test
	void declaresWhatMayBeNullInEveryPackage() {
		List<String> unmarked = new ArrayList<>();
		for (Arrow arrow : ARROWS) {
			String name = packageName(arrow.name());
			try {
				if (!Class.forName(name + ".package-info").isAnnotationPresent(NullMarked.class)) {
					unmarked.add(name);
				}
			}
			catch (ClassNotFoundException ex) {
				unmarked.add(name);
			}
		}
		assertThat(unmarked).as("packages without @NullMarked in their package-info").isEmpty();
	}

	/**
	 * Outside of the API, what is neither package-private nor internal is a promise
	 * nobody meant to give.
	 */
	@Test
	void hidesMostTypesThatAreNotItsApi() {
		DescribedPredicate<JavaClass> api = resideInAnyPackage(BASE, BASE + ".log", BASE + ".source");
		List<JavaClass> types = classes.stream()
			.filter(JavaClass::isTopLevelClass)
			.filter((type) -> !type.getSimpleName().equals("package-info"))
			.filter((type) -> !api.test(type))
			.filter((type) -> !(type.getPackageName().equals(packageName("security")) && type.isInterface()))
			.toList();
		List<JavaClass> exposed = types.stream()
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC))
			.filter((type) -> !type.getPackageName().startsWith(BASE + ".internal"))
			.toList();
		assertThat(types).isNotEmpty();
		assertThat(1.0 - (double) exposed.size() / types.size())
			.as("share of hidden types; exposed are " + exposed.stream().map(JavaClass::getName).toList())
			.isGreaterThanOrEqualTo(0.6);
	}

	/**
	 * A public type of an adapter is there because another package needs it, or Spring
	 * does.
	 */
	@Test
	void exposesNoAdapterTypeThatNobodyElseUses() {
		Set<JavaClass> exposed = classes.stream()
			.filter((type) -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
			.filter((type) -> Set
				.of(packageName("cluster"), packageName("web"), packageName("metrics"), packageName("actuate"))
				.contains(type.getPackageName()))
			.filter((type) -> !type.isAnnotatedWith(AutoConfiguration.class))
			.filter((type) -> type.getDirectDependenciesToSelf()
				.stream()
				.allMatch((dependency) -> dependency.getOriginClass().getPackageName().equals(type.getPackageName())))
			.collect(Collectors.toSet());
		assertThat(exposed).extracting(JavaClass::getSimpleName)
			.as("public types of adapters that only their own package uses")
			.isSubsetOf("SseEndpoint");
	}

	@Test
	void printsNothing() {
		noClasses().should()
			.accessField(System.class, "out")
			.orShould()
			.accessField(System.class, "err")
			.orShould()
			.callMethod(Throwable.class, "printStackTrace")
			.because("an application decides where its log goes")
			.check(classes);
	}

	private static String packageName(String name) {
		return name.isEmpty() ? BASE : BASE + "." + name;
	}

	private record Arrow(String name, Set<String> allowed) {
	}

	/**
	 * Each package is a slice of its own, the base package too.
	 */
	private static final class PackageSlices implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			return SliceIdentifier.of(type.getPackageName());
		}

		@Override
		public String getDescription() {
			return "packages";
		}

	}

}
