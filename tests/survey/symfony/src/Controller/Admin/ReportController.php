<?php

namespace App\Controller\Admin;

use Symfony\Component\Routing\Attribute\Route;

#[Route(path: '/admin/reports', name: 'reports_', methods: ['POST'])]
class ReportController extends AbstractCrud
{
    #[Route('/{id}/export', methods: ['GET'])]
    public function export()
    {
    }
}
