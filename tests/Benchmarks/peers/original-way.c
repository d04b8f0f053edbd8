/*
 * What the original benchmark does with a trace, as a peer to compare with: read it line by line once per page type, look for the
 * two events with strstr, take the fields with sscanf, pair over a short list of open starts, and keep count, sum and maximum.
 */
#include <stdio.h>
#include <string.h>

#define MAX_OPEN 128

struct open_start { unsigned long long folio, rwc; double at; int used; };

static int measure(const char *path, const char *type)
{
	static char line[1024];
	struct open_start open[MAX_OPEN];
	double sum = 0, max = 0;
	long count = 0;
	char wanted[32];
	FILE *file = fopen(path, "r");

	if (!file)
		return 1;
	memset(open, 0, sizeof(open));
	snprintf(wanted, sizeof(wanted), "page_type=%s", type);
	while (fgets(line, sizeof(line), file)) {
		int is_start = strstr(line, "rmap_walk_start:") != NULL;
		unsigned long long folio, rwc;
		const char *fields;
		double at;
		int i;

		if (!is_start && !strstr(line, "rmap_walk_end:"))
			continue;
		if (!strstr(line, wanted))
			continue;
		if (sscanf(line, "%*s %*s %*s %lf:", &at) != 1)
			continue;
		fields = strstr(line, "folio=");
		if (!fields || sscanf(fields, "folio=%llx rwc=%llx", &folio, &rwc) != 2)
			continue;
		for (i = 0; i < MAX_OPEN; i++) {
			if (is_start ? !open[i].used : open[i].used && open[i].folio == folio && open[i].rwc == rwc)
				break;
		}
		if (i == MAX_OPEN)
			continue;
		if (is_start) {
			open[i].used = 1;
			open[i].folio = folio;
			open[i].rwc = rwc;
			open[i].at = at;
		} else {
			double took = at - open[i].at;

			open[i].used = 0;
			count++;
			sum += took;
			if (took > max)
				max = took;
		}
	}
	fclose(file);
	printf("%s %ld %.3f %.0f\n", type, count, count ? sum / count * 1e6 : 0, max * 1e6);
	return 0;
}

int main(int argc, char **argv)
{
	return argc != 2 || measure(argv[1], "ksm") || measure(argv[1], "anon") || measure(argv[1], "file");
}
