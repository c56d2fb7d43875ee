# embed.sh NAME PREFIX FILE...: prints a C file that carries the texts of FILEs as <NAME>_files (support/embedded.h),
# each named by its path without PREFIX.
name=$1; prefix=$2; shift 2
echo '#include "support/embedded.h"'
k=0
for f in "$@"; do
  echo "static const unsigned char text_$k[] = {"
  od -An -v -tu1 "$f" | sed 's/  */,/g; s/^,//; s/$/,/'
  echo '0};'
  k=$((k + 1))
done
echo "const embedded_file ${name}_files[] = {"
k=0
for f in "$@"; do
  echo "    {\"${f#"$prefix"}\", (const char *)text_$k, sizeof text_$k - 1},"
  k=$((k + 1))
done
echo '    {0, 0, 0},'
echo '};'
echo "const int ${name}_count = $k;"
