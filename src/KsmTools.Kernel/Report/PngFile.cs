using System.Reflection;
using KsmTools.Errors;
using SkiaSharp;

namespace KsmTools.Report;

/// <summary>Paints a drawing as PNG, with SkiaSharp and a font of our own: servers have none.</summary>
internal static class PngFile
{
    // Two pixels for each of the drawing's, as sharp screens and print need.
    private const float Scale = 2;

    /// <summary>The file's bytes, on light paper.</summary>
    /// <param name="drawing">The drawing.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KernelIoError"/>: SkiaSharp's native library is not there for this processor or C library.</exception>
    public static byte[] Paint(Drawing drawing)
    {
        try
        {
            return PaintWithSkia(drawing);
        }
        catch (Exception exception) when (exception is MissingMemberException or TypeLoadException and not DllNotFoundException)
        {
            // Another module of the session has loaded a newer one that is not like ours any more: the first is everybody's.
            AssemblyName? other = Array.Find(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == nameof(SkiaSharp))?.GetName();
            throw new KsmToolsException(
                ErrorReason.KernelIoError, nameof(SkiaSharp), Text.Format(Messages.PngOtherLibrary, other?.Version), Messages.PngOtherLibraryAction, null, exception);
        }
        catch (Exception exception) when (exception is DllNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            throw new KsmToolsException(
                ErrorReason.KernelIoError,
                System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier,
                Text.Format(Messages.PngNotAvailable, System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier),
                Messages.PngNotAvailableAction,
                null,
                exception);
        }
    }

    private static byte[] PaintWithSkia(Drawing drawing)
    {
        using SKTypeface regular = Font("DejaVuSans.ttf");
        using SKTypeface bold = Font("DejaVuSans-Bold.ttf");
        using var surface = SKSurface.Create(new SKImageInfo((int)Math.Ceiling(drawing.Width * Scale), (int)Math.Ceiling(drawing.Height * Scale)));
        SKCanvas canvas = surface.Canvas;
        canvas.Clear(Color(Ink.Paper, 1));
        canvas.Scale(Scale);
        foreach (Shape shape in drawing.Shapes)
        {
            Paint(canvas, shape, regular, bold);
        }

        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    private static void Paint(SKCanvas canvas, Shape shape, SKTypeface regular, SKTypeface bold)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = Color(shape.Ink, shape is LinesShape { Opacity: var opacity } ? opacity : 1) };
        switch (shape)
        {
            case BarShape bar:
                canvas.DrawRect((float)bar.X, (float)bar.Y, (float)bar.Width, (float)bar.Height, paint);
                break;
            case LinesShape lines:
                paint.Style = SKPaintStyle.Stroke;
                paint.StrokeWidth = (float)lines.Thickness;
                using (var path = new SKPath())
                {
                    foreach ((double X, double Y)[] line in lines.Lines)
                    {
                        path.AddPoly(Points(line), close: false);
                    }

                    using SKPathEffect? dash = lines.Dash.Length > 0 ? SKPathEffect.CreateDash([.. lines.Dash.Select(length => (float)length)], 0) : null;
                    paint.PathEffect = dash;
                    canvas.DrawPath(path, paint);
                }

                break;
            case MarkShape { Mark: PageMark.Circle } mark:
                canvas.DrawCircle((float)mark.X, (float)mark.Y, (float)mark.Radius, paint);
                break;
            case MarkShape mark:
                using (var path = new SKPath())
                {
                    path.AddPoly(Points(mark.Corners));
                    canvas.DrawPath(path, paint);
                }

                break;
            case TextShape text:
                // Without hinting text is as wide as FontMetrics has it.
                using (var font = new SKFont(text.Bold ? bold : regular, (float)text.Size) { Subpixel = true, Hinting = SKFontHinting.None, Edging = SKFontEdging.Antialias })
                {
                    SKTextAlign align = text.Anchor switch { Anchor.Middle => SKTextAlign.Center, Anchor.End => SKTextAlign.Right, _ => SKTextAlign.Left };
                    canvas.DrawText(text.Text, (float)text.X, (float)text.Y, align, font, paint);
                }

                break;
        }
    }

    private static SKPoint[] Points((double X, double Y)[] points) => [.. points.Select(point => new SKPoint((float)point.X, (float)point.Y))];

    private static SKTypeface Font(string name)
    {
        using Stream stream = typeof(PngFile).Assembly.GetManifestResourceStream(name)!;
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }

    private static SKColor Color(Ink ink, double opacity) => SKColor.Parse(Inks.Light[(int)ink]).WithAlpha((byte)(255 * opacity));
}
