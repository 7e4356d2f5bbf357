using Kiln.Learning.Reporting;

namespace Kiln.Learning.Tests.Reporting;

public class PageRendererTests
{
    static readonly PageRenderer Renderer = new();

    [Fact]
    public void Pages_are_written_for_looking_at_when_a_folder_is_named()
    {
        if (Environment.GetEnvironmentVariable("KILN_SAMPLE_PAGES") is not { Length: > 0 } folder) return;
        Directory.CreateDirectory(folder);
        Page.At(Path.Combine(folder, "model-card.html")).Write(Renderer.Render(Some.ModelCard()));
        Page.At(Path.Combine(folder, "evaluation.html")).Write(Renderer.Render(Some.EvaluationPage()));
    }
}
