using System.Text.Json;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Tests.Reporting;

public class ScriptJsonTests
{
    [Theory]
    [InlineData("</script>")]
    [InlineData("<!-- & -->")]
    [InlineData("line\u2028separator\u2029")]
    public void What_could_end_or_break_a_script_is_escaped_and_comes_back_the_same(string text)
    {
        var json = ScriptJson.Of(new { text });
        json.IndexOfAny(['<', '>', '&', '\u2028', '\u2029']).ShouldBe(-1);
        JsonDocument.Parse(json).RootElement.GetProperty("text").GetString().ShouldBe(text);
    }
}
